/** What plays at the caller: as much as is needed to give marks back in time and to see holes. PURE. */
import { FRAME_MS } from "shared/media/frame.ts";

interface WaitingMark {
  readonly name: string;
  readonly playedMs: number;
}

export class Playout {
  readonly #marks: WaitingMark[] = [];
  /** When all that has come so far has played. */
  #endMs: number | undefined;
  #frames = 0;
  #holes = 0;

  get frames(): number {
    return this.#frames;
  }

  /** Frames that came when all before them had played. */
  get holes(): number {
    return this.#holes;
  }

  frame(nowMs: number): void {
    if (this.#endMs !== undefined && nowMs > this.#endMs) this.#holes++;
    this.#endMs = Math.max(nowMs, this.#endMs ?? nowMs) + FRAME_MS;
    this.#frames++;
  }

  mark(name: string, nowMs: number): void {
    this.#marks.push({ name, playedMs: Math.max(nowMs, this.#endMs ?? nowMs) });
  }

  /** The marks that have played since it was asked last; those before a clear at once. */
  takePlayed(nowMs: number): string[] {
    const waiting = this.#marks.findIndex(({ playedMs }) => playedMs > nowMs);
    const played = this.#marks.splice(0, waiting < 0 ? this.#marks.length : waiting);
    return played.map(({ name }) => name);
  }

  /** Nothing more of it plays. @returns the marks, which Twilio gives back. */
  clear(nowMs: number): string[] {
    this.#endMs = nowMs;
    return this.#marks.splice(0).map(({ name }) => name);
  }
}
