import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { SpeechConnections, StreamPlace } from "./speech_api.ts";
import { asFailure, notOpened } from "./stt_failures.ts";

/** A call waits no longer for a place. */
const PLACE_MS = 800;

/**
 * A place for one stream, within 800 ms; one that comes later, or after `signal` was aborted, is given back.
 *
 * @returns undefined when aborted.
 * @throws {EngineFailure}
 */
export async function requestPlace(
  clock: Clock,
  connections: SpeechConnections,
  signal: AbortSignal,
): Promise<StreamPlace | undefined> {
  let place: StreamPlace | undefined;
  let isTooLate = false;
  const result = await within(clock, PLACE_MS, async () => {
    place = await connections.acquire();
    if (isTooLate) place.release();
  });
  if (result.ok && !signal.aborted) return place;
  isTooLate = true;
  place?.release();
  if (signal.aborted) return undefined;
  throw !result.ok && result.reason === "failed" ? asFailure(result.cause) : notOpened(PLACE_MS);
}
