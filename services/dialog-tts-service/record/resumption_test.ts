import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { FinalSpeech, Offer } from "shared/bus/messages.ts";
import type { Conversation, ConversationTurn } from "shared/store/stores.ts";
import { isSuccessor, resumptionOf } from "./resumption.ts";

const START = { piece: 0, word: 0 };
const NONE = { do: "none" } as const;
const SPOKEN = { do: "nothing", then: NONE, isWhole: true } as const;

const final = (text: string, toSeq: number): FinalSpeech => ({
  kind: "final",
  epoch: 0,
  speech: 1,
  text,
  from_seq: toSeq - 30,
  to_seq: toSeq,
  onset_ms: 0,
  last_voiced_ms: 0,
  promoted: false,
});

const offer = (change: Partial<Offer> = {}): Offer => ({
  call: "CA1",
  leg: 0,
  epoch: 1,
  business: "shop",
  not: [],
  window: 9,
  next_utterance: 3,
  next_seq: 200,
  utterances: [{ utterance: 1, sent: 80, heard: 80 }, { utterance: 2, sent: 60, heard: 55 }],
  heard: [],
  ...change,
});

/** Three pieces of 50 frames, spoken as utterance 2. */
const turn = (change: Partial<ConversationTurn> = {}): ConversationTurn => ({
  turn: 1,
  asked: "hours",
  pieces: ["We open at nine.", "We close at five.", "See you."],
  isWhole: true,
  piecesSent: 0,
  interrupted: false,
  heard: null,
  interruptible: true,
  then: NONE,
  spoken: { utterance: 2, from: START, pieceEnds: [50, 100, 150] },
  tools: [],
  ...change,
});

const conversation = (
  last: ConversationTurn,
  change: Partial<Conversation> = {},
): Conversation => ({
  call: "CA1",
  businessId: "shop",
  leg: 0,
  epoch: 0,
  takenThroughSeq: 140,
  turns: [last],
  notes: [],
  closed: false,
  ...change,
});

const rest = (found: Conversation | undefined, at: Offer = offer()) =>
  resumptionOf(found, at, false).event.rest;
const speakFrom = (piece: number, isWhole = true) => ({
  do: "speak" as const,
  from: { piece, word: 0 },
  interruptible: true,
  then: NONE,
  isWhole,
});
const sent = (frames: number) =>
  offer({ utterances: [{ utterance: 2, sent: frames, heard: frames }] });

describe("isSuccessor()", () => {
  it("is anyone but the first worker of the first leg that has said nothing", () => {
    const first = { leg: 0, epoch: 0, next_utterance: 1 };
    assertEquals(isSuccessor(offer(first)), false);
    assertEquals(isSuccessor(offer({ ...first, epoch: 1 })), true);
    assertEquals(isSuccessor(offer({ ...first, leg: 1, epoch: 256 })), true);
    assertEquals(isSuccessor(offer({ ...first, next_utterance: 2 })), true);
  });
});

describe("resumptionOf()", () => {
  it("goes on with the first piece of which the edge has not sent all frames", () => {
    const found = [0, 49, 50, 99, 100, 149].map((frames) =>
      rest(conversation(turn()), sent(frames))
    );
    assertEquals(found, [0, 0, 1, 1, 2, 2].map((piece) => speakFrom(piece)));
    assertEquals(rest(conversation(turn()), sent(150)), SPOKEN);
  });

  it("goes on behind what the predecessor knew to be sent, frames lost on the way included", () => {
    assertEquals(rest(conversation(turn({ piecesSent: 2 })), sent(60)), speakFrom(2));
    assertEquals(rest(conversation(turn({ piecesSent: 3 })), sent(148)), SPOKEN);
  });

  it("knows nothing of pieces that were not made yet", () => {
    const spoken = { utterance: 2, from: START, pieceEnds: [50] };
    assertEquals(rest(conversation(turn({ spoken })), sent(70)), speakFrom(1));
  });

  it("counts from where a resumed utterance began", () => {
    const spoken = { utterance: 2, from: { piece: 1, word: 0 }, pieceEnds: [50, 100] };
    const found = conversation(turn({ spoken, piecesSent: 1 }));
    assertEquals([0, 50].map((frames) => rest(found, sent(frames))), [speakFrom(1), speakFrom(2)]);
    assertEquals(rest(found, sent(100)), SPOKEN);
  });

  it("counts pieces from the one in whose middle a resumed utterance began", () => {
    const spoken = { utterance: 2, from: { piece: 1, word: 2 }, pieceEnds: [20, 70] };
    const found = conversation(turn({ spoken, piecesSent: 1 }));
    assertEquals([0, 19, 20, 69].map((frames) => rest(found, sent(frames))), [
      ...[speakFrom(1), speakFrom(1)],
      ...[speakFrom(2), speakFrom(2)],
    ]);
    assertEquals(rest(found, sent(70)), SPOKEN);
  });

  it("goes on with the pieces that were written of a text that its writer left", () => {
    const found = conversation(turn({ isWhole: false }));
    assertEquals(rest(found, sent(60)), speakFrom(1, false));
    assertEquals(rest(found, sent(150)), { ...SPOKEN, isWhole: false });
  });

  it("lets the caller go on entering digits where the words that asked for them were sent", () => {
    const entry = { minDigits: 1, maxDigits: 4, terminator: null, timeoutMs: 5_000, tool: null };
    const then = { do: "collect", entry } as const;
    assertEquals(rest(conversation(turn({ then })), sent(150)), {
      do: "nothing",
      then,
      isWhole: true,
    });
  });

  it("takes the notes over", () => {
    const found = conversation(turn(), { notes: ["Call me."] });
    assertEquals(resumptionOf(found, offer(), false).notes, ["Call me."]);
    assertEquals(resumptionOf(undefined, offer(), false).notes, []);
  });

  it("does not take another leg's frames for this one's", () => {
    const found = conversation(turn({ piecesSent: 1 }));
    const next = offer({ ...sent(150), leg: 1, epoch: 256, heard: [final("hours", 90)] });
    const { event } = resumptionOf(found, next, false);
    assertEquals([event.rest, event.takenThroughSeq], [speakFrom(1), -1]);
  });

  it("keeps what follows, and does it where all was sent", () => {
    const then = { do: "transfer", to: "+15550100002" } as const;
    const found = conversation(turn({ then, interruptible: false }));
    assertEquals(rest(found, sent(60)), { ...speakFrom(1), interruptible: false, then });
    assertEquals(rest(found, sent(150)), { do: "nothing", then, isWhole: true });
  });

  it("begins an apology anew, or falls back where it was sent, whatever was sent after it", () => {
    const then = { do: "fallback" } as const;
    const apology = conversation(turn({ then, interruptible: false }));
    const again = [2, 3].map((utterance) => ({ utterance, sent: 20, heard: 20 }));
    assertEquals(rest(apology, sent(149)), { do: "apologise" });
    assertEquals(rest(apology, offer({ utterances: again })), { do: "apologise" });
    assertEquals(rest(apology, sent(150)), { do: "nothing", then, isWhole: true });
    const nextLeg = offer({ utterances: [], leg: 1, epoch: 256 });
    assertEquals(rest(apology, nextLeg), { do: "apologise" });
  });

  it("speaks nothing of a turn that was interrupted", () => {
    assertEquals(rest(conversation(turn({ interrupted: true }))), SPOKEN);
  });

  it("speaks nothing of a turn after which something else was sent", () => {
    const utterances = [2, 3].map((utterance) => ({ utterance, sent: 20, heard: 20 }));
    assertEquals(rest(conversation(turn()), offer({ utterances })), SPOKEN);
  });

  it("greets anew where the greeting was not wholly sent", () => {
    const spoken = { utterance: 1, from: START, pieceEnds: [80] };
    const greeting = turn({
      turn: 0,
      asked: null,
      pieces: ["Hello. Hi."],
      interruptible: false,
      spoken,
    });
    const utterances = (frames: number) => [{ utterance: 1, sent: frames, heard: frames }];
    const at = (frames: number) =>
      rest(conversation(greeting), offer({ utterances: utterances(frames) }));
    assertEquals(at(79), { do: "greet", interruptible: false, emergency: false });
    assertEquals(at(80), SPOKEN);
  });

  it("takes the turns over, and how far the caller's speech was answered", () => {
    const heard = [final("hours", 140), final("address", 190)];
    const { turns, event } = resumptionOf(conversation(turn({ turn: 7 })), offer({ heard }), false);
    assertEquals(turns, [turn({ turn: 7 })]);
    assertEquals([event.turn, event.takenThroughSeq], [7, 140]);
    assertEquals(event.heard.map((each) => each.kind === "final" && each.text), [
      "hours",
      "address",
    ]);
  });

  it("greets in short where nothing is known and something was sent, else as ever", () => {
    const greet = (emergency: boolean) => ({
      do: "greet" as const,
      interruptible: false,
      emergency,
    });
    const empty = conversation(turn(), { turns: [] });
    for (const unknown of [undefined, empty]) {
      assertEquals(rest(unknown), greet(true));
      assertEquals(rest(unknown, offer({ utterances: [] })), greet(false));
      assertEquals(rest(unknown, offer({ utterances: [], leg: 1, epoch: 256 })), greet(true));
    }
  });

  it("does not answer again what may be answered, where nothing is known", () => {
    const heard = [final("hours", 140), final("address", 190)];
    assertEquals(resumptionOf(undefined, offer({ heard }), false).event.takenThroughSeq, 190);
    const greetedOnly = offer({ heard, utterances: [{ utterance: 1, sent: 80, heard: 80 }] });
    assertEquals(resumptionOf(undefined, greetedOnly, false).event.takenThroughSeq, -1);
  });
});
