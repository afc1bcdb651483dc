import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { settle } from "shared/testing/fake_clock.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import type { KeypadEntry, TurnEnding } from "shared/store/stores.ts";
import { askScripted, DeskLog, key, told } from "../testing/scripted_talk.ts";
import type { DialogInput, ToolAnswer } from "./dialog.ts";

const collect = (max: number, terminator: "#" | "none", thanks: string) => ({
  do: "collect" as const,
  text: "Enter your number. Then wait.",
  digits: { min: 2, max, terminator, timeout_ms: 4_000 },
  tool: "find_order",
  thanks,
});
const BUSINESS = sampleBusiness({
  keypad: {
    "5": collect(6, "#", "Thank you for six."),
    "6": collect(4, "none", "Thank you for four."),
    "7": { do: "note", text: "Leave a message.", thanks: "We call you back." },
  },
});
const SIX: KeypadEntry = {
  minDigits: 2,
  maxDigits: 6,
  terminator: "#",
  timeoutMs: 4_000,
  tool: "find_order",
};
const FOUR: KeypadEntry = { ...SIX, maxDigits: 4, terminator: null };

const entry = (changes: Partial<Extract<DialogInput, { kind: "entry" }>> = {}): DialogInput => ({
  kind: "entry",
  name: "entry_2",
  digits: 4,
  complete: true,
  tool: "find_order",
  ...changes,
});
const asking = (of: KeypadEntry) => told(["Enter."], { then: { do: "collect", entry: of } });

describe("ScriptedDialog.reply() to digits", () => {
  const entered = (answer: ToolAnswer, of = SIX) =>
    askScripted(entry(), { business: BUSINESS, turns: [asking(of)], desk: new DeskLog(answer) });

  it("asks for them, and may be interrupted", async () => {
    for (const [digit, asked] of [["5", SIX], ["6", FOUR]] as const) {
      const { pieces, then, interruptible } = await askScripted(key(digit), { business: BUSINESS });
      assertEquals(pieces, ["Enter your number.", "Then wait."]);
      assertEquals<[TurnEnding, boolean]>([then, interruptible], [
        { do: "collect", entry: asked },
        true,
      ]);
    }
  });

  it("gives them to the tool by their name, and says what it says", async () => {
    const desk = new DeskLog({ outcome: "ok", value: { say: "It is ready. Come." } });
    const { pieces, then, understood } = await askScripted(entry(), {
      business: BUSINESS,
      turns: [asking(SIX)],
      desk,
    });
    assertEquals(desk.used, [{ name: "find_order", args: { digits: "{{entry_2}}" } }]);
    assertEquals([pieces, then.do, understood], [["It is ready.", "Come."], "none", true]);
  });

  it("waits for the tool", async () => {
    const { promise, resolve } = Promise.withResolvers<ToolAnswer>();
    let isSaid = false;
    const reply = askScripted(entry(), { business: BUSINESS, desk: new DeskLog(promise) })
      .then(() => isSaid = true);
    await settle();
    assert(!isSaid);
    resolve({ outcome: "ok", value: 1 });
    assert(await reply);
  });

  for (
    const value of [
      null,
      {},
      { say: "" },
      { say: "  " },
      { say: 5 },
      { say: "a".repeat(1_001) },
      "Hi",
    ]
  ) {
    it(`says thanks for ${JSON.stringify(value).slice(0, 40)}, as the key has it`, async () => {
      assertEquals((await entered({ outcome: "ok", value })).pieces, ["Thank you for six."]);
      assertEquals((await entered({ outcome: "ok", value }, FOUR)).pieces, ["Thank you for four."]);
    });
  }

  it("says that it has not understood when the tool has failed", async () => {
    for (const outcome of ["failed", "timeout", "refused", "abandoned"] as const) {
      const { pieces, then, understood } = await entered({ outcome, problem: "x" });
      assertEquals([pieces, then.do, understood], [["Please say that again."], "none", false]);
    }
  });

  it("asks again for too few, twice in a row", async () => {
    const again = [asking(FOUR), asking(FOUR), asking(FOUR)];
    const endings: string[] = [];
    for (const count of [1, 2, 3]) {
      const turns = [asking(SIX), told(["Hello."]), ...again.slice(0, count)];
      const desk = new DeskLog();
      const { pieces, then } = await askScripted(entry({ complete: false }), {
        business: BUSINESS,
        turns,
        desk,
      });
      assertEquals([pieces, desk.used], [["Please say that again."], []]);
      if (then.do === "collect") assertEquals(then.entry, FOUR);
      endings.push(then.do);
    }
    assertEquals(endings, ["collect", "collect", "none"]);
  });

  it("has nothing to do with digits for nobody", async () => {
    const desk = new DeskLog();
    const { understood } = await askScripted(entry({ tool: null }), { business: BUSINESS, desk });
    assertEquals([understood, desk.used], [false, []]);
  });
});

describe("ScriptedDialog.reply() to a note", () => {
  const NOTE = { do: "take_note", thanks: "We call you back." } as const;
  const asked = told(["Leave a message."], { then: NOTE });
  const ask = (input: DialogInput | string, desk = new DeskLog(), turns = [asked]) =>
    askScripted(input, { business: BUSINESS, turns, desk });

  it("asks for it, and may be interrupted", async () => {
    const { pieces, then, interruptible } = await ask(key("7"), new DeskLog(), []);
    assertEquals([pieces, interruptible], [["Leave a message."], true]);
    assertEquals<TurnEnding>(then, NOTE);
  });

  it("keeps what is said then, even if it sounds like a question, and thanks", async () => {
    const desk = new DeskLog();
    const { pieces, then, understood } = await ask("When do you open? Call me.", desk);
    assertEquals(desk.notes, ["When do you open? Call me."]);
    assertEquals([pieces, then.do, understood], [["We call you back."], "none", true]);
  });

  it("answers questions before and after it", async () => {
    const desk = new DeskLog();
    const turns = [asked, told(["We call you back."])];
    assertEquals((await ask("when do you open", desk, turns)).question, "hours");
    assertEquals(desk.notes, []);
  });

  it("still waits for it after a silence, a noise, or a key without a meaning", async () => {
    const inputs = [{ kind: "silence", times: 1 }, { kind: "rejected" }, key("3")] as const;
    for (const input of inputs) assertEquals<TurnEnding>((await ask(input)).then, NOTE);
    assertEquals((await ask({ kind: "silence", times: 3 })).then.do, "hangup");
  });
});
