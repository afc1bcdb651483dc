/** PURE. What callers have said and nobody has answered yet. */
import type { DialogInput } from "../dialog/dialog.ts";
import type { SpeechId } from "./turn_events.ts";
import type { Heard } from "./turn_state.ts";

/** What waits, as one question. */
export interface Question {
  readonly input: DialogInput;
  readonly receivedMs: number;
  readonly id: SpeechId;
  readonly heard: readonly Heard[];
}

export class WaitingSpeech {
  #heard: Heard[] = [];

  get isEmpty(): boolean {
    return this.#heard.length === 0;
  }

  add(heard: Heard): void {
    this.#heard.push(heard);
  }

  /** It was said before what waits. */
  putBack(heard: readonly Heard[]): void {
    this.#heard.unshift(...heard);
  }

  clear(): void {
    this.#heard = [];
  }

  /** Takes all of it: the texts joined; without any, a rejection. @throws {RangeError} when nothing waits. */
  take(): Question {
    const heard = this.#heard;
    const last = heard.at(-1);
    if (!last) throw new RangeError("Cannot take a question: something waits, received nothing");
    this.#heard = [];
    const text = heard.map(({ text }) => text).filter((text) => text !== null).join(" ");
    const input: DialogInput = text === "" ? { kind: "rejected" } : { kind: "speech", text };
    return { input, receivedMs: last.receivedMs, id: last.id, heard };
  }
}
