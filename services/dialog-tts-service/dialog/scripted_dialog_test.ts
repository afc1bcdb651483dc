import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";
import { askScripted, key, told } from "../testing/scripted_talk.ts";

const HOURS = ["We open at nine.", "We close at five every day."];
const NOT_UNDERSTOOD = "Please say that again.";

describe("ScriptedDialog.reply()", () => {
  it("answers a question, sentence by sentence, and may be interrupted", async () => {
    assertEquals(await askScripted("When do you open?"), {
      pieces: HOURS,
      then: { do: "none" },
      interruptible: true,
      understood: true,
      question: "hours",
    });
  });

  it("answers two questions in the order they were asked", async () => {
    const { pieces, question } = await askScripted("where are you when do you open");
    assertEquals(pieces, ["Two Main Road.", ...HOURS]);
    assertEquals(question, "hours");
  });

  it("asks again for speech that is unknown or rejected", async () => {
    for (const input of ["do you sell bicycles", { kind: "rejected" } as const]) {
      const { pieces, understood, then, question } = await askScripted(input);
      assertEquals([pieces, understood, then.do, question], [
        [NOT_UNDERSTOOD],
        false,
        "none",
        null,
      ]);
    }
  });

  it("asks again for a key without a meaning", async () => {
    for (const digit of ["7", "#", "A"]) {
      const { pieces, understood } = await askScripted(key(digit));
      assertEquals([pieces, understood], [[NOT_UNDERSTOOD], false]);
    }
  });

  it("does what a key says", async () => {
    assertEquals((await askScripted(key("1"))).pieces, HOURS);
    assertEquals((await askScripted(key("1"))).question, "hours");
    assertEquals((await askScripted(key("2"))).pieces, ["This is key two."]);
    assertEquals((await askScripted(key("9"))).then, { do: "hangup" });
  });

  it("answers first, then ends the talk; what comes after goodbye is not said", async () => {
    const { pieces, then, question, interruptible } = await askScripted(
      "where are you that is all when do you open",
    );
    assertEquals(pieces, ["Two Main Road.", "Thank you and goodbye."]);
    assertEquals([then, interruptible], [{ do: "hangup" }, false]);
    assertEquals(question, "address");
  });

  it("asks again when a key names a question that is not there", async () => {
    const business = sampleBusiness({ keypad: { "1": { do: "answer", question: "gone" } } });
    assertEquals((await askScripted(key("1"), { business })).understood, false);
  });
});

describe("ScriptedDialog.reply() to say it again", () => {
  const again = (...turns: ReturnType<typeof told>[]) =>
    askScripted("say that again", { turns: turns.map((turn, i) => ({ ...turn, turn: i })) });

  it("says all of the last answer, not that nothing was understood or heard", async () => {
    const turns = [
      told(["Hello."]),
      told(HOURS, { interrupted: true, heard: { piece: 0, word: 1 } }),
      told([NOT_UNDERSTOOD]),
      told(["Are you still there?"]),
      told(["I can't hear you.", "Are you there?"]),
      told([]),
    ];
    assertEquals((await again(...turns)).pieces, HOURS);
    assertEquals((await askScripted(key("4"), { turns })).pieces, HOURS);
  });

  it("asks again for what the last answer has asked for", async () => {
    const then = { do: "take_note", thanks: "Thanks." } as const;
    const { pieces, then: next } = await askScripted(key("4"), {
      turns: [told(["Say it."], { then })],
    });
    assertEquals([pieces, next], [["Say it."], then]);
    const hungUp = await again(told(["Bye."], { then: { do: "hangup" } }));
    assertEquals(hungUp.then, { do: "none" });
  });

  it("asks again when there is nothing to say again", async () => {
    assertEquals((await again()).understood, false);
  });
});

describe("ScriptedDialog.reply() that connects", () => {
  const TRANSFERS = [{ id: "sales", number: "+15550100007", description: "Sales" }];
  const toSales = { "8": { do: "transfer", to: "sales" } } as const;

  it("names the number of the business, and is not interrupted", async () => {
    const { pieces, then, interruptible } = await askScripted("talk to a person");
    assertEquals(pieces, ["I connect you now."]);
    assertEquals(then, { do: "transfer", to: "+15550100002" });
    assertEquals(interruptible, false);
  });

  it("names the number that a key asks for", async () => {
    const business = sampleBusiness({ transfers: TRANSFERS, keypad: toSales });
    const { pieces, then } = await askScripted(key("8"), { business });
    assertEquals(pieces, ["I connect you now."]);
    assertEquals(then, { do: "transfer", to: "+15550100007" });
  });

  it("has words of its own where the business has none", async () => {
    const { transfer: _, ...rest } = sampleBusiness({ transfers: TRANSFERS, keypad: toSales });
    const { pieces, then } = await askScripted(key("8"), { business: rest });
    assertEquals(pieces, ["One moment please, I am connecting you."]);
    assertEquals(then, { do: "transfer", to: "+15550100007" });
  });

  it("asks again when there is no such number", async () => {
    const { transfer: _, ...rest } = SAMPLE_BUSINESS;
    assertEquals((await askScripted(key("8"), { business: rest })).understood, false);
    const business = sampleBusiness({ keypad: toSales });
    assertEquals((await askScripted(key("8"), { business })).understood, false);
  });
});

describe("ScriptedDialog.reply() to silence", () => {
  const silent = (times: number, business = SAMPLE_BUSINESS) =>
    askScripted({ kind: "silence", times }, { business });

  it("asks twice whether the caller is there, and may be interrupted", async () => {
    const [first, second] = [await silent(1), await silent(2)];
    assertEquals(first.pieces, ["Are you still there?"]);
    assertEquals(second.pieces, ["I can't hear you.", "Are you there?"]);
    for (const { interruptible, understood, then } of [first, second]) {
      assertEquals([interruptible, understood, then.do], [true, true, "none"]);
    }
  });

  it("says goodbye the third time, and hangs up", async () => {
    for (const times of [3, 4]) {
      const { pieces, then, interruptible } = await silent(times);
      assertEquals(pieces, ["Thank you and goodbye."]);
      assertEquals([then.do, interruptible], ["hangup", false]);
    }
  });

  it("asks in the business's words, else in its language", async () => {
    const idle = { prompts: ["One?", "Two?"] as [string, string] };
    const own = sampleBusiness({ idle });
    assertEquals((await silent(1, own)).pieces, ["One?"]);
    assertEquals((await silent(2, own)).pieces, ["Two?"]);
    const hebrew = sampleBusiness({ language: "he-IL" });
    assertEquals((await silent(1, hebrew)).pieces, ["אתם עדיין איתי?"]);
  });
});
