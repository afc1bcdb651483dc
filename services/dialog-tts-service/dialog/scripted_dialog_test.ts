import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { ConversationTurn } from "shared/store/stores.ts";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";
import type { DialogInput, DialogReply } from "./dialog.ts";
import { ScriptedDialog } from "./scripted_dialog.ts";

const { signal } = new AbortController();
const HOURS = "We open at nine. We close at five every day.";
const NOT_UNDERSTOOD = "Please say that again.";

function told(...texts: string[]): ConversationTurn[] {
  return texts.map((text, turn) => ({
    turn,
    asked: null,
    told: text,
    sentencesSent: 1,
    interrupted: false,
    interruptible: true,
    then: { do: "none" },
    spoken: { utterance: turn + 1, firstSentence: 0, sentenceEnds: [10] },
  }));
}

function reply(
  input: DialogInput | string,
  turns: readonly ConversationTurn[] = [],
  business = SAMPLE_BUSINESS,
): Promise<DialogReply> {
  const asked = typeof input === "string" ? { kind: "speech", text: input } as const : input;
  return new ScriptedDialog(business).reply({ input: asked, turns }, signal);
}

const key = (digit: string): DialogInput => ({ kind: "key", digit });

describe("ScriptedDialog.reply()", () => {
  it("answers a question, and may be interrupted", async () => {
    assertEquals(await reply("When do you open?"), {
      text: HOURS,
      action: { do: "none" },
      interruptible: true,
      understood: true,
      question: "hours",
    });
  });

  it("answers two questions in the order they were asked", async () => {
    const { text, question } = await reply("where are you when do you open");
    assertEquals(text, `Two Main Road. ${HOURS}`);
    assertEquals(question, "hours");
  });

  it("asks again for speech that is unknown or rejected", async () => {
    for (const input of ["do you sell bicycles", { kind: "rejected" } as const]) {
      const { text, understood, action, question } = await reply(input);
      assertEquals([text, understood, action.do, question], [NOT_UNDERSTOOD, false, "none", null]);
    }
  });

  it("asks again for a key without a meaning", async () => {
    for (const digit of ["7", "#", "A"]) {
      const { text, understood } = await reply(key(digit));
      assertEquals([text, understood], [NOT_UNDERSTOOD, false]);
    }
  });

  it("does what a key says", async () => {
    assertEquals((await reply(key("1"))).text, HOURS);
    assertEquals((await reply(key("1"))).question, "hours");
    assertEquals((await reply(key("2"))).text, "This is key two.");
    assertEquals((await reply(key("9"))).action, { do: "hangup" });
  });

  it("says the last answer again, not the request to repeat", async () => {
    const turns = told("Hello.", HOURS, NOT_UNDERSTOOD);
    assertEquals((await reply("say that again", turns)).text, HOURS);
    assertEquals((await reply(key("4"), turns)).text, HOURS);
  });

  it("asks again when there is nothing to say again", async () => {
    assertEquals((await reply("say that again")).understood, false);
  });

  it("connects with the number of the business, and is not interrupted", async () => {
    const { text, action, interruptible } = await reply("talk to a person");
    assertEquals(text, "I connect you now.");
    assertEquals(action, { do: "transfer", to: "+15550100002" });
    assertEquals(interruptible, false);
  });

  it("asks again when a key connects and the business has no number", async () => {
    const { transfer: _, ...rest } = SAMPLE_BUSINESS;
    assertEquals((await reply(key("8"), [], rest)).understood, false);
  });

  it("answers first, then ends the talk; what comes after goodbye is not said", async () => {
    const { text, action, question } = await reply("where are you that is all when do you open");
    assertEquals(text, "Two Main Road. Thank you and goodbye.");
    assertEquals(action, { do: "hangup" });
    assertEquals(question, "address");
  });

  it("asks again when a key names a question that is not there", async () => {
    const business = sampleBusiness({ keypad: { "1": { do: "answer", question: "gone" } } });
    assertEquals((await reply(key("1"), [], business)).understood, false);
  });
});
