import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeAll, beforeEach, describe, it } from "@std/testing/bdd";
import { sampleTurn } from "shared/testing/sample_turn.ts";
import { type Answer, streamed } from "shared/testing/openai_server/answers.ts";
import type { DialogInput } from "../dialog.ts";
import { Asked, FIRST_TOKEN_MS, LlmRig, SCRIPTED } from "../../testing/llm_rig.ts";

const SCRIPT = [...SCRIPTED, "hangup"];
const HANG: Answer = [{ hang: true }];

describe("LlmDialog", () => {
  let rig: LlmRig;
  beforeAll(() => new LlmRig().model.open());
  beforeEach(() => {
    rig = new LlmRig();
  });
  afterEach(() => {
    assertEquals([rig.clock.sleeping, rig.server.open], [0, 0], "nothing is left behind");
  });

  it("answers speech with the model's words, piece by piece as they come", async () => {
    const asked = await rig.asked("when do you open", streamed("We open at nine. Bye now.", 100));
    assertEquals(asked.reply, undefined);
    await rig.advance(400);
    assertEquals(asked.said, []);
    await rig.advance(100);
    assertEquals(asked.said, ["We open at nine."]);
    await rig.advance(100);
    assertEquals(asked.said, ["We open at nine.", "Bye now.", "none"]);
    const { text: { pieces }, ...how } = asked.reply!;
    assertEquals(pieces.map(({ once }) => once), [true, true]);
    assertEquals(how, { interruptible: true, understood: true, question: null });
  });

  it("sends the prompt, the tools, the model's name and the key", async () => {
    await rig.asked("when do you open", streamed("At nine."));
    const [{ path, model, messages, tools, isAuthorized }] = rig.server.requests as [
      typeof rig.server.requests[0],
    ];
    assertEquals([path, model, isAuthorized], ["/v1/chat/completions", "small", true]);
    assertEquals(messages.map(({ role }) => role), ["system", "user"]);
    assertEquals(messages[1]!.content, "when do you open");
    assertEquals(tools.map((tool) => tool.function.name), [
      ...["end_call", "transfer_call", "collect_digits", "leave_note"],
    ]);
  });

  it("lets the scripted dialog answer keys, silence, and what was not made out", async () => {
    const entry = { kind: "entry", name: "entry_1", digits: 4, complete: true } as const;
    const inputs: DialogInput[] = [
      { kind: "key", digit: "5" },
      { kind: "silence", times: 1 },
      { kind: "rejected" },
      { ...entry, tool: "find_order" },
    ];
    for (const input of inputs) assertEquals((await rig.asked(input)).said, SCRIPT);
    assertEquals(rig.scriptedInputs, inputs);
    assertEquals(rig.server.requests, []);
    const own = await rig.asked({ ...entry, tool: null }, streamed("Thanks."));
    assertEquals(own.said, ["Thanks.", "none"]);
  });

  it("leaves a note to the script that has asked for it", async () => {
    rig.turns = [sampleTurn({ then: { do: "take_note", thanks: "Thanks." } })];
    assertEquals((await rig.asked("call me back")).said, SCRIPT);
    assertEquals(rig.server.requests, []);
  });

  it("says the filler when no token has come in time, then the model's words", async () => {
    const asked = await rig.asked("hello", [{ text: "Here I am.", afterMs: FIRST_TOKEN_MS + 500 }]);
    await rig.advance(FIRST_TOKEN_MS - 1);
    assertEquals(asked.reply, undefined);
    await rig.advance(1);
    assertEquals(asked.said, ["One moment."]);
    assert(asked.reply!.text.pieces[0]!.audio);
    await rig.advance(500);
    assertEquals(asked.said, ["One moment.", "Here I am.", "none"]);
    assertEquals(await rig.metric("kav_llm_fillers_total"), 1);
    assertEquals(await rig.metric("kav_llm_first_token_seconds_sum"), 2);
    assertEquals(rig.scriptedInputs, []);
  });

  it("lets the scripted dialog answer behind the filler when twice that has passed", async () => {
    const asked = await rig.asked("hello", HANG);
    await rig.advance(2 * FIRST_TOKEN_MS - 1);
    assertEquals(asked.said, ["One moment."]);
    await rig.advance(1);
    assertEquals(asked.said, ["One moment.", ...SCRIPT]);
    assertEquals(rig.server.aborted, 1);
    assertEquals(await rig.metric('kav_llm_failures_total{reason="timeout"}'), 1);
  });

  it("waits for a slow model as long as tokens come, with the filler where nothing is said", async () => {
    const asked = await rig.asked("hello", streamed("It takes me long.", 2 * FIRST_TOKEN_MS - 1));
    await rig.advance(4 * 2 * FIRST_TOKEN_MS);
    assertEquals(asked.said, ["One moment.", "It takes me long.", "none"]);
  });

  it("gives up a model that stops in the middle: whole pieces stand, the caller is asked", async () => {
    const asked = await rig.asked("hello", [
      { text: "We open at nine. And we " },
      { hang: true },
    ]);
    await rig.advance(2 * FIRST_TOKEN_MS - 1);
    assertEquals(asked.said, ["We open at nine."]);
    await rig.advance(1);
    assertEquals(asked.said, ["We open at nine.", "Please say that again.", "none"]);
  });

  it("does not ask a model for half a minute that has hung three times in a row", async () => {
    for (let n = 0; n < 3; n++) {
      await rig.asked("hello", HANG);
      await rig.advance(2 * FIRST_TOKEN_MS);
    }
    assertEquals((await rig.asked("hello")).said, SCRIPT);
    assertEquals(rig.server.requests.length, 3);
    await rig.advance(30_000);
    assertEquals((await rig.asked("hello", streamed("Back."))).said, ["Back.", "none"]);
    assertEquals((await rig.asked("hello", streamed("Yes."))).said, ["Yes.", "none"]);
  });

  it("stops a model that does not stop, at the end of a sentence", async () => {
    const sentence = "This goes on and on. ";
    const asked = await rig.asked("hello", [...streamed(sentence.repeat(200)), { hang: true }]);
    const { pieces } = asked.reply!.text;
    assertEquals(asked.said.at(-1), "none");
    assertEquals(new Set(pieces.map(({ text }) => text)), new Set([sentence.trim()]));
    assertEquals(pieces.length, Math.floor(2_000 / sentence.length));
    assertEquals(rig.server.aborted, 1);
  });

  it("keeps whole pieces of what the model's own limit cut", async () => {
    const [one, two] = [
      await rig.asked("a", limited("One is. Two i")),
      await rig.asked("b", limited("One")),
    ];
    assertEquals([one.said, two.said], [["One is.", "none"], ["One", "none"]]);
  });

  for (
    const [when, answer] of [
      ["before the first token", HANG],
      ["in the middle", [{ text: "We open at nine. And " }, { hang: true }]],
      ["behind the filler", [{ text: "Yes", afterMs: 4_000 }]],
    ] as const
  ) {
    it(`breaks the request off when aborted ${when}`, async () => {
      const asked = await rig.asked("hello", answer);
      await rig.advance(when === "behind the filler" ? FIRST_TOKEN_MS : 10);
      const before = asked.said;
      asked.abort.abort();
      await rig.settle();
      assertEquals([rig.server.aborted, rig.clock.sleeping], [1, 0]);
      assertEquals(asked.said, before);
      assertEquals(asked.error instanceof Error, before.length === 0);
      assertEquals([rig.scriptedInputs, rig.warnings], [[], []]);
    });
  }

  it("asks nobody when it is aborted already", async () => {
    const asked = new Asked();
    asked.abort.abort();
    rig.ask("hello", asked);
    await rig.settle();
    assert(asked.error instanceof Error);
    assertEquals(rig.server.requests, []);
  });
});

function limited(text: string): Answer {
  return [{ text }, { finish: "length" }];
}
