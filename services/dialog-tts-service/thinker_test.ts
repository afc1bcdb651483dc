import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LineLog } from "shared/runtime/line_log.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import type { DialogReply } from "./dialog/dialog.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { Thinker } from "./thinker.ts";

const REPLY: DialogReply = {
  text: "Yes.",
  action: { do: "none" },
  interruptible: true,
  understood: true,
  question: null,
};

describe("Thinker.think()", () => {
  let log: string[];
  let answer: PromiseWithResolvers<DialogReply>;
  let signals: AbortSignal[];
  let thinker: Thinker;
  let replies: DialogReply[];
  const think = () => thinker.think({ kind: "rejected" }, [], (reply) => replies.push(reply));

  beforeEach(() => {
    log = [];
    replies = [];
    signals = [];
    answer = Promise.withResolvers();
    thinker = new Thinker({
      dialog: {
        reply: (_, signal) => {
          signals.push(signal);
          return answer.promise;
        },
      },
      business: SAMPLE_BUSINESS,
      log: new LineLog({ write: (line) => log.push(line), clock: new FakeClock() }),
    });
  });

  it("gives the dialog's reply", async () => {
    answer.resolve(REPLY);
    await think();
    assertEquals(replies, [REPLY]);
  });

  it("has not understood when the dialog fails", async () => {
    answer.reject(new Error("no model"));
    await think();
    assertEquals(replies.map(({ text, understood }) => [text, understood]), [
      ["Please say that again.", false],
    ]);
    assertEquals(log.length, 1);
  });

  it("says nothing of an abandoned thought, whether it succeeds or fails", async () => {
    for (const end of [() => answer.resolve(REPLY), () => answer.reject(new Error("aborted"))]) {
      answer = Promise.withResolvers();
      const thinking = think();
      thinker.abandon();
      end();
      await thinking;
    }
    assertEquals(signals.map(({ aborted }) => aborted), [true, true]);
    assertEquals([replies.length, log.length], [0, 0]);
  });
});
