import { FRAME_BYTES, MULAW_SILENCE, SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { isAudible } from "./loudness.ts";

/** More than this is thrown away, with warning 31931. */
export const MAX_BUFFERED_MS = 10 * 60 * 1000;

const BYTES_PER_MS = SAMPLE_RATE_HZ / 1000;

interface Segment {
  /** Position of the first byte; one byte is played per position. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

interface Span {
  readonly start: number;
  end: number;
}

/**
 * Twilio's playout of one call, as arithmetic: bytes are played in order at 8,000 a second from the moment
 * they arrive or the one before has played.
 *
 * - A mark has played when all audio pushed before it has.
 * - `clear` forgets what has not played yet, and gives back the marks that were waiting.
 * - What was really heard stays on record, by position since `originMs`.
 */
export class PlayoutBuffer {
  readonly #originMs: number;
  readonly #marks: { readonly name: string; readonly position: number }[] = [];
  readonly #audible: Span[] = [];
  #segments: Segment[] = [];
  /** Position at which everything pushed has played. */
  #end = 0;

  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  /** Queues mu-law bytes. @returns false, and keeps nothing, when over ten minutes would be waiting. */
  push(bytes: Uint8Array, nowMs: number): boolean {
    const start = Math.max(this.#end, this.#positionAt(nowMs));
    const waiting = start + bytes.length - this.#positionAt(nowMs);
    if (waiting > MAX_BUFFERED_MS * BYTES_PER_MS) return false;
    this.#segments.push({ start, bytes });
    this.#end = start + bytes.length;
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
      const piece = bytes.subarray(at, at + FRAME_BYTES);
      if (isAudible(piece)) this.#addAudible(start + at, start + at + piece.length);
    }
    return true;
  }

  /** Sets a mark after everything pushed so far. */
  mark(name: string): void {
    this.#marks.push({ name, position: this.#end });
  }

  /** Takes the marks whose audio has played, in order. */
  takePlayedMarks(nowMs: number): string[] {
    const played = this.#positionAt(nowMs);
    let count = 0;
    while (count < this.#marks.length && this.#marks[count]!.position <= played) count++;
    return this.#marks.splice(0, count).map((mark) => mark.name);
  }

  /** Forgets all audio that has not played. @returns every mark that was waiting. */
  clear(nowMs: number): string[] {
    const played = this.#positionAt(nowMs);
    this.#segments = this.#segments
      .filter((segment) => segment.start < played)
      .map(({ start, bytes }) => ({ start, bytes: bytes.subarray(0, played - start) }));
    while (this.#audible.length > 0 && this.#audible.at(-1)!.start >= played) this.#audible.pop();
    const last = this.#audible.at(-1);
    if (last) last.end = Math.min(last.end, played);
    this.#end = Math.min(this.#end, played);
    return this.#marks.splice(0).map((mark) => mark.name);
  }

  /** Milliseconds of audio that wait to be played. */
  bufferedMs(nowMs: number): number {
    return Math.max(0, this.#end - this.#positionAt(nowMs)) / BYTES_PER_MS;
  }

  /** How long the caller has heard nothing, pauses inside speech included; 0 while something sounds. */
  quietMs(nowMs: number): number {
    const played = this.#positionAt(nowMs);
    const span = this.#audible.findLast((one) => one.start < played);
    return (played - Math.min(played, span?.end ?? 0)) / BYTES_PER_MS;
  }

  /** The first moment from `fromMs` to `nowMs` at which something sounded, or undefined. */
  soundedAtMs(fromMs: number, nowMs: number): number | undefined {
    const from = this.#positionAt(fromMs);
    const span = this.#audible.find((one) => one.end > from);
    if (!span || span.start >= this.#positionAt(nowMs)) return undefined;
    return this.#originMs + Math.max(span.start, from) / BYTES_PER_MS;
  }

  /** Total length of sound (pauses excluded) heard between two times, in milliseconds. */
  audibleMs(fromMs: number, toMs: number): number {
    const from = this.#positionAt(fromMs);
    const to = this.#positionAt(toMs);
    let bytes = 0;
    for (const { start, end } of this.#audible) {
      bytes += Math.max(0, Math.min(end, to) - Math.max(start, from));
    }
    return bytes / BYTES_PER_MS;
  }

  /** The 20 ms that played from `fromMs` on, silence where nothing did. */
  frameAt(fromMs: number): Uint8Array<ArrayBuffer> {
    const from = this.#positionAt(fromMs);
    const frame = new Uint8Array(FRAME_BYTES).fill(MULAW_SILENCE);
    for (const { start, bytes } of this.#segments) {
      if (start + bytes.length <= from || start >= from + FRAME_BYTES) continue;
      const first = Math.max(start, from);
      frame.set(bytes.subarray(first - start, from + FRAME_BYTES - start), first - from);
    }
    return frame;
  }

  /** What the caller has heard since the origin: mu-law, silence where nothing played. */
  heard(nowMs: number): Uint8Array<ArrayBuffer> {
    const track = new Uint8Array(this.#positionAt(nowMs)).fill(MULAW_SILENCE);
    for (const { start, bytes } of this.#segments) {
      if (start < track.length) track.set(bytes.subarray(0, track.length - start), start);
    }
    return track;
  }

  #addAudible(start: number, end: number): void {
    const last = this.#audible.at(-1);
    if (last?.end === start) last.end = end;
    else this.#audible.push({ start, end });
  }

  #positionAt(timeMs: number): number {
    // A trace of rounding must not cost a sample.
    return Math.max(0, Math.floor((timeMs - this.#originMs) * BYTES_PER_MS + 1e-6));
  }
}
