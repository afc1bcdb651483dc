import { alwaysProblems } from "./always.ts";
import { playCall } from "./caller.ts";
import type { ConversationFile } from "./conversation_file.ts";
import { unmet } from "./expectations.ts";
import { idleState, leaks } from "./idle_state.ts";
import { Stage, type Time } from "./stage.ts";
import { timelineText } from "./timeline_text.ts";

/** On the clock. */
const CALL_LIMIT_MS = 600_000;
/** The product has settled by then, before the first call. */
const SETTLE_MS = 1_000;

/** Plays a conversation. @returns its timeline. @throws {Error} with all that is not as expected, and the timeline. */
export async function runConversation(file: ConversationFile, time: Time): Promise<string> {
  await using stage = await Stage.open(file, time);
  await stage.pass(SETTLE_MS);
  const before = await idleState(stage);
  const problems: string[] = [];
  const played = await stage.live(
    playCall(stage, file.caller, (problem) => problems.push(problem)),
    CALL_LIMIT_MS,
  );
  await stage.pass(file.settle);
  problems.push(...leaks(before, await idleState(stage)));
  const outcome = { stage, played };
  problems.push(...await unmet(file.expect, outcome), ...await alwaysProblems(outcome));
  const timeline = timelineText(outcome);
  if (problems.length === 0) return timeline;
  throw new Error(`${file.name}:\n- ${problems.join("\n- ")}\n\n${timeline}`);
}
