import { FRAME_BYTES } from "shared/media/frame.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { hearingOf } from "../end_to_end/heard.ts";
import { greeted } from "./answers.ts";
import { type Burst, burstsAfter } from "./bursts.ts";
import { type LiveKav, LONG_MS } from "./live_kav.ts";
import type { LongAnswer } from "./long_answer.ts";

/** What has arrived last is still to be played, later by every stall of the machine. */
const UNHEARD_FRAMES = 25;
/** A frame's time of arrival is not quite the moment at which it begins to play. */
const SLACK_MS = 20;

/** A call in which a long answer is given. */
export class LongTalk {
  readonly call: FakeCall;
  readonly askedMs: number;
  readonly #answer: LongAnswer;

  private constructor(call: FakeCall, answer: LongAnswer) {
    this.call = call;
    this.askedMs = call.nowMs;
    this.#answer = answer;
  }

  /** Resolves when the answer has begun. */
  static async begin(kav: LiveKav, answer: LongAnswer): Promise<LongTalk> {
    const { call } = await greeted(kav);
    const talk = new LongTalk(call, answer);
    call.press("9");
    await talk.spokenTimes(1);
    return talk;
  }

  /** What has arrived of the answer: one burst for each worker that has spoken. */
  get bursts(): Burst[] {
    return burstsAfter(this.call, this.askedMs);
  }

  /** Waits for the answer to begin, or to go on, this many times. */
  spokenTimes(times: number): Promise<Burst> {
    return this.call.until(() => this.bursts[times - 1], "the answer", LONG_MS);
  }

  /**
   * Every worker has begun with the first sentence that the one before it had not wholly sent, and the caller
   * has heard nothing else.
   *
   * @returns the sentence that each has begun with.
   */
  async beginnings(): Promise<number[]> {
    const { call, bursts } = this;
    const heard = call.heardTrack();
    const beginnings: number[] = [];
    let first = 0;
    for (const { fromMs, frames } of bursts) {
      beginnings.push(first);
      const isLast = beginnings.length === bursts.length;
      const heardFrames = isLast ? frames - UNHEARD_FRAMES : frames;
      const said = (await this.#answer.audioFrom(first)).subarray(0, heardFrames * FRAME_BYTES);
      hearingOf(heard, said, fromMs - call.startedMs - SLACK_MS);
      first = this.#answer.nextAfter(first, frames);
    }
    return beginnings;
  }
}
