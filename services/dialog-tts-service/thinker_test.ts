import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LineLog } from "shared/runtime/line_log.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import type { DialogReply, DialogRequest } from "./dialog/dialog.ts";
import { ReplyText } from "./dialog/reply_text.ts";
import { DeskLog } from "./testing/scripted_talk.ts";
import { Thinker } from "./thinker.ts";

const REPLY: DialogReply = {
  text: ReplyText.whole(["Yes."]),
  interruptible: true,
  understood: true,
  question: null,
};
const REQUEST: DialogRequest = { input: { kind: "rejected" }, turns: [], desk: new DeskLog() };

describe("Thinker.think()", () => {
  let log: string[];
  let answer: PromiseWithResolvers<DialogReply>;
  let asked: DialogRequest[];
  let signals: AbortSignal[];
  let thinker: Thinker;
  let replies: DialogReply[];
  const think = (request = Promise.resolve(REQUEST)) =>
    thinker.think(() => request, (reply) => replies.push(reply));

  beforeEach(() => {
    log = [];
    replies = [];
    asked = [];
    signals = [];
    answer = Promise.withResolvers();
    thinker = new Thinker({
      dialog: {
        reply: (request, signal) => {
          asked.push(request);
          signals.push(signal);
          return answer.promise;
        },
      },
      business: SAMPLE_BUSINESS,
      log: new LineLog({ write: (line) => log.push(line), clock: new FakeClock() }),
    });
  });

  it("gives the dialog's reply to what is known when it asks", async () => {
    answer.resolve(REPLY);
    const request = Promise.withResolvers<DialogRequest>();
    const thinking = think(request.promise);
    await settle();
    assertEquals(asked, []);
    request.resolve(REQUEST);
    await thinking;
    assertEquals([asked[0] === REQUEST, replies[0] === REPLY], [true, true]);
  });

  it("has not understood when the dialog fails", async () => {
    answer.reject(new Error("no model"));
    await think();
    const [{ text, understood, interruptible } = undefined!] = replies;
    assertEquals([text.pieces, text.then, understood, interruptible], [
      [{ text: "Please say that again." }],
      { do: "none" },
      false,
      true,
    ]);
    assertEquals([log.length, log[0]?.includes("no model")], [1, true]);
  });

  it("has not understood when the dialog throws", async () => {
    Object.defineProperty(answer, "promise", {
      get() {
        throw new Error("broken");
      },
    });
    await think();
    assertEquals(replies.map(({ understood }) => understood), [false]);
  });

  it("says nothing of an abandoned thought, whether it succeeds or fails", async () => {
    for (const end of [() => answer.resolve(REPLY), () => answer.reject(new Error("aborted"))]) {
      answer = Promise.withResolvers();
      const thinking = think();
      await settle();
      thinker.abandon();
      end();
      await thinking;
    }
    assertEquals(signals.map(({ aborted }) => aborted), [true, true]);
    assertEquals([replies.length, log.length], [0, 0]);
  });

  it("does not ask the dialog any more when it was abandoned before", async () => {
    const request = Promise.withResolvers<DialogRequest>();
    const thinking = think(request.promise);
    thinker.abandon();
    request.resolve(REQUEST);
    await thinking;
    assertEquals([asked, replies], [[], []]);
  });

  it("ends the last thought when the next begins", async () => {
    const first = think();
    await settle();
    const second = think();
    answer.resolve(REPLY);
    await Promise.all([first, second]);
    assertEquals(signals.map(({ aborted }) => aborted), [true, false]);
    assertEquals(replies.length, 1);
  });

  it("ends with the thought what is still being written of its reply", async () => {
    answer.resolve({ ...REPLY, text: new ReplyText() });
    await think();
    assertEquals(signals[0]?.aborted, false);
    thinker.abandon();
    assertEquals(signals[0]?.aborted, true);
  });
});
