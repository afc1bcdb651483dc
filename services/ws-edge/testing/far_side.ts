import { type Cancel, every } from "shared/clock/timers.ts";
import type { Clock } from "shared/clock/clock.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { PlayoutBuffer } from "shared/testing/fake_twilio/playout_buffer.ts";
import type { SendSocket } from "../tx/writer.ts";

export interface Arrival {
  readonly atMs: number;
  readonly event: "media" | "mark" | "clear";
  /** A mark's name; for media the first byte, by which tests tell frames apart. */
  readonly what: string | number;
}

const ECHO_PERIOD_MS = 5;

/** Twilio at the other end of the socket, on a fake clock: plays, echoes marks, obeys `clear`. */
export class FarSide implements SendSocket {
  readyState: number = WebSocket.OPEN;
  /** When false, nothing is echoed any more: Twilio has stopped. */
  echoing = true;
  readonly arrivals: Arrival[] = [];
  readonly #clock: Clock;
  readonly #playout: PlayoutBuffer;
  readonly #stop: Cancel;
  #onEcho: (name: string) => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#playout = new PlayoutBuffer(clock.now());
    this.#stop = every(clock, ECHO_PERIOD_MS, () => {
      if (this.echoing) this.#echo(this.#playout.takePlayedMarks(clock.now()));
    });
  }

  set onEcho(handler: (name: string) => void) {
    this.#onEcho = handler;
  }

  send(text: string): void {
    const { event, media, mark } = JSON.parse(text);
    const atMs = this.#clock.now();
    if (event === "media") {
      const bytes = Uint8Array.fromBase64(media.payload);
      if (bytes.length !== FRAME_BYTES) throw new Error(`${bytes.length} bytes in a frame`);
      this.arrivals.push({ atMs, event, what: bytes[0]! });
      this.#playout.push(bytes, atMs);
    } else if (event === "mark") {
      this.arrivals.push({ atMs, event, what: mark.name });
      this.#playout.mark(mark.name);
    } else {
      this.arrivals.push({ atMs, event: "clear", what: "" });
      const flushed = this.#playout.clear(atMs);
      queueMicrotask(() => this.echoing && this.#echo(flushed));
    }
  }

  /** Frames that have arrived, by their first byte. */
  get frames(): number[] {
    return this.arrivals.filter(({ event }) => event === "media").map(({ what }) => what as number);
  }

  /** When each frame arrived. */
  get frameTimes(): number[] {
    return this.arrivals.filter(({ event }) => event === "media").map(({ atMs }) => atMs);
  }

  /** Marks that have arrived, our own probes left out. */
  get marks(): string[] {
    return this.arrivals
      .filter(({ event, what }) => event === "mark" && !String(what).startsWith("kp:"))
      .map(({ what }) => String(what));
  }

  /** Sound the caller has heard between two times, ms. */
  audibleMs(fromMs: number, toMs: number): number {
    return this.#playout.audibleMs(fromMs, toMs);
  }

  close(): void {
    this.#stop();
  }

  #echo(names: string[]): void {
    for (const name of names) this.#onEcho(name);
  }
}
