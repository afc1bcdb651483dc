import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { ConversationTurn } from "shared/store/stores.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import type { ChatMessage } from "./chat_messages.ts";
import { estimatedTokens, type ModelInput, promptOf } from "./prompt.ts";

const business = sampleBusiness({
  system_prompt: "Be merry.",
  facts: ["We sell bikes.", "We are closed in May."],
});
const SPEECH: ModelInput = { kind: "speech", text: "and now?" };

function turn(
  asked: string | null,
  pieces: string[],
  changes: Partial<ConversationTurn> = {},
): ConversationTurn {
  return {
    turn: 0,
    asked,
    pieces,
    isWhole: true,
    piecesSent: pieces.length,
    interrupted: false,
    heard: null,
    interruptible: true,
    then: { do: "none" },
    spoken: { utterance: 0, from: { piece: 0, word: 0 }, pieceEnds: [] },
    tools: [],
    ...changes,
  };
}

function talk(turns: ConversationTurn[], input = SPEECH, historyTokens = 3_000) {
  return promptOf({ business, turns, input, historyTokens });
}

const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });

describe("promptOf()", () => {
  it("tells who answers, how to talk, the facts, and what the business answers", () => {
    const { role, content } = talk([])[0]!;
    assertEquals(role, "system");
    for (
      const part of [
        ...["The Shop", "en-US", "Be merry.", "on the phone", "end_call", "transfer_call"],
        ...["- We sell bikes.\n- We are closed in May.", "- where are you: Two Main Road."],
      ]
    ) assertStringIncludes(content!, part);
  });

  it("does not speak of transfers where there is nobody to connect with", () => {
    const { transfer: _, ...alone } = business;
    const [system] = promptOf({ business: alone, turns: [], input: SPEECH, historyTokens: 200 });
    assertNotMatch(system!.content!, /transfer_call/);
  });

  it("has the talk so far as turns of user and assistant, the newest input last", () => {
    assertEquals(talk([turn(null, ["Hello.", "How are you?"]), turn("fine", ["Good."])]).slice(1), [
      user("[The call begins.]"),
      assistant("Hello. How are you?"),
      user("fine"),
      assistant("Good."),
      user("and now?"),
    ]);
  });

  it("has of an interrupted turn what was heard, marked so, and nothing after it", () => {
    const pieces = ["We open at nine.", "We close at five.", "Secret."];
    const heard = turn("when", pieces, { interrupted: true, heard: { piece: 1, word: 2 } });
    assertEquals(talk([heard]).slice(1), [
      user("when"),
      assistant("We open at nine. We close [interrupted by the caller]"),
      user("and now?"),
    ]);
    const unknown = turn("when", pieces, { interrupted: true, piecesSent: 1 });
    assertEquals(talk([unknown])[2], assistant("We open at nine. [interrupted by the caller]"));
  });

  it("leaves out what nobody heard, and joins the questions around it", () => {
    const unheard = turn("when do", ["At nine."], {
      interrupted: true,
      heard: { piece: 0, word: 0 },
    });
    assertEquals(talk([turn("hi", ["Hello."]), unheard]).slice(1), [
      user("hi"),
      assistant("Hello."),
      user("when do\nand now?"),
    ]);
  });

  it("joins what was told in a row", () => {
    assertEquals(talk([turn("hi", ["Hello."]), turn(null, ["Are you there?"])]).slice(2), [
      assistant("Hello.\nAre you there?"),
      user("and now?"),
    ]);
  });

  it("drops the oldest turns first, and never the system prompt or the newest input", () => {
    const turns = [1, 2, 3, 4].map((n) => turn(`question ${n}`, [`answer number ${n}`]));
    const costs = estimatedTokens("question 1") + estimatedTokens("answer number 1");
    const questions = (tokens: number) =>
      talk(turns, SPEECH, tokens).slice(1).filter(({ role }) => role === "user").map((message) =>
        message.content
      );
    assertEquals(questions(4 * costs), [
      ...["question 1", "question 2", "question 3", "question 4"],
      "and now?",
    ]);
    assertEquals(questions(4 * costs - 1), ["question 2", "question 3", "question 4", "and now?"]);
    assertEquals(questions(costs), ["question 4", "and now?"]);
    assertEquals(questions(1), ["and now?"]);
    assertEquals(talk(turns, SPEECH, 1)[0]!.role, "system");
  });

  it("keeps no older turn behind one that did not fit", () => {
    const turns = [turn("a", ["b"]), turn("long ".repeat(100), ["c"]), turn("d", ["e"])];
    assertEquals(talk(turns, SPEECH, 60).slice(1), [user("d"), assistant("e"), user("and now?")]);
  });

  it("tells how many digits were entered and their name, never which", () => {
    const entry = (digits: number, complete: boolean) =>
      talk([], { kind: "entry", name: "entry_1", digits, complete, tool: null }).at(-1)!.content;
    assertEquals(
      entry(4, true),
      "[The caller entered 4 digits: use {{entry_1}} where they are needed.]",
    );
    assertEquals(entry(1, false), "[The caller entered only 1 digit in time: {{entry_1}}.]");
    assertEquals(entry(0, false), "[The caller entered nothing.]");
  });
});

describe("estimatedTokens()", () => {
  it("counts bytes of UTF-8, so that Hebrew is not taken for cheap", () => {
    assertEquals(estimatedTokens(""), 4);
    assertEquals(estimatedTokens("abcdef"), 6);
    assert(estimatedTokens("שלום") > estimatedTokens("shlm"));
  });
});
