import { assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import type { TurnEnding } from "shared/store/stores.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import type { Dialog, DialogInput } from "./dialog/dialog.ts";
import { ReplyText } from "./dialog/reply_text.ts";
import { CallKit } from "./testing/call_kit.ts";

const DIGITS = "73519264";
const COLLECT: TurnEnding = {
  do: "collect",
  entry: { minDigits: 4, maxDigits: 8, terminator: "#", timeoutMs: 2_000, tool: null },
};

let kit: CallKit;

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("Conversation with a keypad entry", () => {
  let inputs: DialogInput[];

  /** To whatever is asked the dialog wants a number; then it thanks. */
  const dialog: Dialog = {
    reply: ({ input }) => {
      inputs.push(input);
      const text = input.kind === "entry"
        ? ReplyText.whole(["Thank you."])
        : ReplyText.whole(["Please enter your number."], COLLECT);
      return Promise.resolve({ text, interruptible: true, understood: true, question: null });
    },
  };

  async function asked(ms: number): Promise<void> {
    inputs = [];
    kit = await CallKit.start({ dialog });
    await kit.asked("where is my parcel", ms);
  }

  async function press(digits: string): Promise<void> {
    for (const digit of digits) {
      kit.edge.press(digit);
      await kit.clock.advance(100);
    }
  }

  it("tells the dialog how many digits came, and nobody which", async () => {
    await asked(1_500);
    const published: string[] = [];
    const read = ({ subject, data }: { subject: string; data: Uint8Array }) => {
      if (!subject.endsWith(".rx.event")) published.push(new TextDecoder().decode(data));
    };
    for (const channel of ["tx.control", "credit", "speech"]) {
      kit.bus.subscribe(`kav.call.CA1.${channel}`, read);
    }
    await press(DIGITS);
    await kit.clock.advance(1_500);
    assertEquals(inputs.at(-1), {
      kind: "entry",
      name: "entry_1",
      digits: 8,
      complete: true,
      tool: null,
    });
    const stored = await kit.stores.conversations.get("CA1");
    assertEquals(stored?.turns.map(({ asked }) => asked), [
      null,
      "where is my parcel",
      "keypad entry of 8 digits",
    ]);
    const written = [JSON.stringify(stored), ...kit.log, ...published].join("\n");
    for (let at = 0; at + 4 <= DIGITS.length; at++) {
      assertEquals(written.includes(DIGITS.slice(at, at + 4)), false, "no four of them in a row");
    }
  });

  it("begins while the digits are asked for: the first key silences that, and counts", async () => {
    await asked(500);
    await press("1234#");
    await kit.clock.advance(1_000);
    assertEquals(kit.applied("clear").map(({ through, because }) => [through, because]), [
      [2, "key"],
    ]);
    assertEquals(inputs.map((input) => input.kind === "entry" && input.digits), [false, 4]);
    assertEquals(kit.frames(3), 20);
  });

  it("is over, and incomplete, when the caller presses nothing more", async () => {
    await asked(1_500);
    await press("12");
    await kit.clock.advance(1_800);
    assertEquals(inputs.length, 1);
    await kit.clock.advance(200);
    const entry = inputs.at(-1)!;
    assertEquals(entry.kind === "entry" && [entry.digits, entry.complete], [2, false]);
  });

  it("is left, without a timer, when the caller hangs up in it", async () => {
    await asked(1_500);
    await press("12");
    kit.edge.end();
    await kit.clock.advance(3_000);
    assertEquals(inputs.length, 1);
  });
});

describe("Conversation with a note", () => {
  it("keeps what the caller says when a note was asked for", async () => {
    const note = { do: "note", text: "Please speak now.", thanks: "Thank you." } as const;
    kit = await CallKit.start({ business: sampleBusiness({ keypad: { "6": note } }) });
    await kit.greeted();
    kit.edge.press("6");
    await kit.clock.advance(1_500);
    await kit.says("please call me back");
    await kit.clock.advance(1_500);
    const { notes, turns } = (await kit.stores.conversations.get("CA1"))!;
    assertEquals(notes, ["please call me back"]);
    assertEquals(turns.at(-1)?.pieces, ["Thank you."]);
  });
});
