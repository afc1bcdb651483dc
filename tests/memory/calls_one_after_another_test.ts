/** Many whole calls in one process, on a fake clock: nothing of them may stay. */
import { assertEquals, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { streamed } from "shared/testing/openai_server/answers.ts";
import { playCall } from "../conversations/caller.ts";
import { type ConversationFile, readConversation } from "../conversations/conversation_file.ts";
import { idleState, leaks } from "../conversations/idle_state.ts";
import { Stage } from "../conversations/stage.ts";
import { heldMb } from "./held_memory.ts";

const CALLS = 200;
const WARM_UP_CALLS = 60;
const MOST_GROWTH = 0.1;
/** Conversations and records are kept on purpose, ten thousand of each. The audio of a call would be far more. */
const MAX_KEPT_KB = 24;
const CALL_LIMIT_MS = 60_000;
const SETTLE_MS = 3_000;

const BASE = `
name: calls
business:
  keypad:
    "1": { do: answer, question: hours }
    "5":
      do: collect
      text: Enter your number please.
      digits: { min: 4, max: 6, timeout_ms: 3000 }
      tool: order_state
      thanks: Thank you.
  tools:
    - name: order_state
      description: How far an order is.
      url: http://127.0.0.1/order_state
      parameters: { type: object, properties: { digits: { type: string } }, required: [digits] }
tools:
  order_state: { answer: { say: It is ready. } }
settings: { IDLE_PROMPT_MS: "1000", LOG_LEVEL: error }
model: []
expect: { end: caller }
`;
/** What callers do, in turn: interrupt the model, cough, enter digits, say nothing at first. */
const CALLERS = [
  `
- { after: greeting, then: 100ms, say: what is it }
- { during: answer 1 word 3, say: and what else }
- { during: answer 2 word 2, hang_up: true }`,
  `
- { after: greeting, press: "1" }
- { during: answer 1 word 2, say: { text: cough cough, heard_as: noise } }
- { during: answer 2 word 2, hang_up: true }`,
  `
- { after: greeting, press: "5" }
- { after: answer 1, press: "7391#" }
- { after: answer 2, hang_up: true }`,
  `
- { after: answer 1, say: hello again }
- { during: answer 2 word 1, press: "1" }
- { during: answer 3 word 2, hang_up: true }`,
];

const files: ConversationFile[] = CALLERS.map((caller, i) =>
  readConversation(`${BASE}caller: ${caller}\n`, `caller ${i}`)
);

async function oneCall(stage: Stage, number: number): Promise<void> {
  const problems: string[] = [];
  const { caller } = files[number % files.length]!;
  await stage.live(playCall(stage, caller, (problem) => problems.push(problem)), CALL_LIMIT_MS);
  await stage.pass(SETTLE_MS);
  assertEquals(problems, [], `call ${number}`);
  // What stand-ins keep, for other tests to look at.
  stage.synthesizer.requests.length = stage.model.requests.length = 0;
}

describe("Kav", () => {
  it(`holds as much after ${CALLS} calls as after ${WARM_UP_CALLS}`, async () => {
    await using stage = await Stage.open(files[0]!, "fake");
    stage.model.respond = () => streamed("It is this one. There are some more of them.", 30);
    await stage.pass(SETTLE_MS);
    const before = await idleState(stage);
    let warmMb = 0;
    for (let number = 0; number < CALLS; number++) {
      if (number === WARM_UP_CALLS) warmMb = await heldMb();
      await oneCall(stage, number);
    }
    const endMb = await heldMb();
    const keptKb = (endMb - warmMb) * 1024 / (CALLS - WARM_UP_CALLS);
    console.log(
      `${warmMb.toFixed(1)} MB held after ${WARM_UP_CALLS} calls, ${endMb.toFixed(1)} MB after ` +
        `${CALLS}: ${keptKb.toFixed(1)} kB a call`,
    );
    assertEquals(leaks(before, await idleState(stage)), []);
    assertLess(endMb, warmMb * (1 + MOST_GROWTH), "MB held");
    assertLess(keptKb, MAX_KEPT_KB, "kB kept of a call");
  });
});
