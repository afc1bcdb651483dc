import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import { googleFailure, ownFailure, SPEECH_TO_TEXT } from "../google_failure.ts";
import { PooledConnection } from "./pooled_connection.ts";
import type { SpeechConnection } from "./speech_api.ts";

/** How the pool comes by its connections. */
export interface ConnectionMaker {
  readonly connect: () => Promise<SpeechConnection>;
  readonly clock: Clock;
  readonly onLost: (lost: PooledConnection) => void;
}

/**
 * A connection that has answered a check within `limitMs`. One that has not, or comes later, is closed.
 *
 * @throws {EngineFailure}
 */
export async function makeConnection(
  { connect, clock, onLost }: ConnectionMaker,
  limitMs: number,
): Promise<PooledConnection> {
  let made: SpeechConnection | undefined;
  let isTooLate = false;
  const result = await within(clock, limitMs, async () => {
    made = await connect();
    if (isTooLate) return await made.close();
    const pooled = new PooledConnection(made, clock, onLost);
    await pooled.check(limitMs);
    return pooled;
  });
  if (result.ok && result.value) return result.value;
  isTooLate = true;
  await made?.close().catch(() => {});
  throw !result.ok && result.reason === "failed"
    ? googleFailure(SPEECH_TO_TEXT, result.cause)
    : ownFailure(SPEECH_TO_TEXT, "DEADLINE_EXCEEDED", `No connection within ${limitMs} ms`);
}
