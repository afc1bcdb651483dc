/** PURE. The caller's speech that has been taken: each word once, whatever a recognizer repeats. */
import { trimOverlap } from "./trim_overlap.ts";
import type { ResultEvent } from "./turn_events.ts";

/** More is never heard again: a replay goes back a few seconds. */
const KEPT_CHARS = 1_000;

export class TakenSpeech {
  #throughSeq = -1;
  #text = "";

  /** The caller's last frame under what was taken; -1 = none. */
  get throughSeq(): number {
    return this.#throughSeq;
  }

  /** A predecessor has taken everything up to this frame; `heard` tells, where known, what it was. */
  resume(throughSeq: number, heard: readonly ResultEvent[]): void {
    this.#throughSeq = throughSeq;
    for (const each of heard) {
      if (each.kind === "final" && each.toSeq <= throughSeq) this.#keep(each.text);
    }
  }

  /** @returns what is new: a text, null for a rejection; undefined when everything was taken before. */
  take(result: ResultEvent): string | null | undefined {
    if (result.toSeq <= this.#throughSeq) return undefined;
    const overlaps = result.fromSeq <= this.#throughSeq;
    this.#throughSeq = result.toSeq;
    // What is not made out behind words that were taken is mostly their own end.
    if (result.kind === "rejected") return overlaps ? undefined : null;
    const text = overlaps ? trimOverlap(this.#text, result.text) : result.text;
    this.#keep(text);
    return text === "" ? undefined : text;
  }

  #keep(text: string): void {
    this.#text = `${this.#text} ${text}`.slice(-KEPT_CHARS);
  }
}
