import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import type { CallEnd } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { ConversationTurn } from "shared/store/stores.ts";
import { sampleTurn } from "shared/testing/sample_turn.ts";
import type { Timed } from "shared/testing/timeline.ts";
import type { DemoPlan } from "./plan.ts";
import { type DemoCaller, runDemoCall } from "./script.ts";

const PLAN: DemoPlan = {
  question: { by: "voice", text: "when", expected: "Always." },
  nonsense: { by: "voice", text: "blah", expected: "Sorry?" },
  longAnswer: { by: "key", digit: "7", expected: "Once upon a time." },
  goodbye: { by: "key", digit: "#", expected: "Bye." },
};

const HUNG_UP: CallEnd = { by: "caller", code: 1000, reason: "hung up", verbs: [] };

interface Told {
  readonly asked: string | null;
  readonly told: string;
}

/** A call in which every wait ends 100 ms later, and Kav replies as told to what the caller does. */
class CannedCall implements DemoCaller {
  nowMs = 0;
  readonly did: string[] = [];
  readonly turns: Timed<ConversationTurn>[] = [];
  readonly #replies: Readonly<Record<string, Told>>;
  readonly #failsAt: string | undefined;

  constructor(
    replies: Readonly<Record<string, Told>>,
    failsAt?: string,
  ) {
    this.#replies = replies;
    this.#failsAt = failsAt;
  }

  get sentFrames(): number {
    return Math.floor(this.nowMs / 20);
  }

  say(text: string): Promise<void> {
    this.#act(text);
    return Promise.resolve();
  }
  press(digit: string): void {
    this.#act(digit);
  }
  hangUp(): Promise<CallEnd> {
    this.did.push("hang up");
    return Promise.resolve(HUNG_UP);
  }
  async until<T>(look: () => T | undefined | false, what: string, timeoutMs: number): Promise<T> {
    const deadlineMs = this.nowMs + timeoutMs;
    for (let value = look(); this.nowMs <= deadlineMs; value = look()) {
      if (value !== undefined && value !== false) return value;
      this.nowMs += 100;
    }
    return await this.#late(what);
  }
  untilMark(name: string): ReturnType<DemoCaller["untilMark"]> {
    return this.#reach(name, { kind: "echoed", name, cleared: false, atMs: this.nowMs });
  }
  untilEnded(): Promise<CallEnd> {
    return this.#reach("ended", HUNG_UP);
  }
  untilHeardSpeech(): Promise<number> {
    return this.#reach("speech", this.nowMs);
  }
  untilSilence(): Promise<number> {
    return this.#reach("silence", this.nowMs);
  }

  #act(what: string): void {
    this.did.push(what);
    const reply = this.#replies[what];
    if (!reply) return;
    const turn = this.turns.length;
    const { asked, told } = reply;
    this.turns.push({ ...sampleTurn({ turn, asked, pieces: [told] }), atMs: this.nowMs });
  }

  #reach<T>(what: string, value: T): Promise<T> {
    this.did.push(`until ${what}`);
    this.nowMs += 100;
    return what === this.#failsAt ? this.#late(what) : Promise.resolve(value);
  }

  #late(what: string): Promise<never> {
    return Promise.reject(new Error(`Cannot wait for ${what}: too late`));
  }
}

const REPLIES = {
  when: { asked: "when", told: "Always." },
  blah: { asked: null, told: "Sorry?" },
  "7": { asked: "key 7", told: "Once upon a time." },
  "#": { asked: "key #", told: "Bye." },
};

const play = (call: CannedCall, printed: string[] = []) =>
  runDemoCall(call, { plan: PLAN, events: call, print: (what) => printed.push(what) });

describe("runDemoCall()", () => {
  it("listens, is silent, asks, and goes on only when the answer is over", async () => {
    const call = new CannedCall(REPLIES);
    const printed: string[] = [];
    const run = await play(call, printed);
    assertEquals(call.did, [
      "until greeting_end",
      ...["when", "until speech", "until silence"],
      ...["blah", "until speech", "until silence"],
      ...["7", "until speech", "until silence"],
      ...["#", "until ended", "hang up"],
    ]);
    assertEquals(run.silence, { fromMs: 100, toMs: 5_100, frames: 250 });
    assertEquals(
      [run.question?.told, run.nonsense?.told, run.longAnswer?.told, run.goodbye?.told],
      [
        "Always.",
        "Sorry?",
        "Once upon a time.",
        "Bye.",
      ],
    );
    assertEquals([run.nonsense?.asked, run.problem, run.end], [null, undefined, HUNG_UP]);
    assertEquals(printed, [
      "(is silent for five seconds)",
      "when",
      "blah",
      "(presses 7)",
      "(presses #)",
      "(the line is closed)",
    ]);
  });

  it("leaves out the steps that are not planned", async () => {
    const call = new CannedCall(REPLIES);
    const plan = { ...PLAN, nonsense: undefined, goodbye: undefined };
    const run = await runDemoCall(call, { plan, events: call, print: () => {} });
    assertEquals([run.nonsense, run.goodbye, run.problem], [undefined, undefined, undefined]);
    assertEquals(call.did.at(-1), "hang up");
  });

  it("hangs up with its problem when Kav does not reply", async () => {
    const { "7": _, ...others } = REPLIES;
    const run = await play(new CannedCall(others));
    assertEquals(run.problem, "Cannot wait for Kav's reply: too late");
    assertEquals([run.nonsense?.told, run.longAnswer, run.goodbye], [
      "Sorry?",
      undefined,
      undefined,
    ]);
  });

  it("hangs up with its problem when the greeting never ends", async () => {
    const call = new CannedCall(REPLIES, "greeting_end");
    const run = await play(call);
    assertEquals(run.problem, "Cannot wait for greeting_end: too late");
    assertEquals(call.did, ["until greeting_end", "hang up"]);
  });
});
