import type { TurnEnding } from "shared/store/stores.ts";
import type { DialogReply } from "../dialog.ts";
import { type Piece, ReplyText } from "../reply_text.ts";
import { PieceCutter } from "./piece_cutter.ts";

/** A reply that is there for others as soon as it has a first piece, or its end. */
export class SpokenReply {
  /** The first piece, or the end. */
  readonly begun: Promise<DialogReply>;
  readonly #text = new ReplyText();
  readonly #cutter = new PieceCutter();
  readonly #begin: (reply: DialogReply) => void;
  readonly #fail: (reason: unknown) => void;
  #pieces = 0;
  #hasBegun = false;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<DialogReply>();
    this.begun = promise;
    this.#begin = resolve;
    this.#fail = reject;
  }

  /** Whether others have it: nothing but more pieces and its end can be added then. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Pieces of what was written, without the filler. */
  get written(): number {
    return this.#pieces;
  }

  /** A part of a text. @returns whether a piece of it was over. */
  write(delta: string): boolean {
    return this.#addAll(this.#cutter.push(delta));
  }

  /** What was written is over as it stands. */
  finishText(): void {
    this.#addAll(this.#cutter.flush());
  }

  /** What was written and is in no piece yet is not said. */
  dropTail(): void {
    this.#cutter.clear();
  }

  add(piece: Piece): void {
    this.#text.add(piece);
    this.#tell(true);
  }

  /** It is whole. @param words said at the end, behind the whole pieces. */
  end(then: TurnEnding, words = ""): void {
    for (const text of [...this.#cutter.push(words), ...this.#cutter.flush()]) {
      this.#text.add({ text, once: true });
    }
    this.#text.end(then);
    // Who speaks over last words is still hung up on or connected.
    this.#tell(then.do !== "hangup" && then.do !== "transfer");
  }

  /** Somebody else answers; only before it has begun. */
  handOver(reply: DialogReply): void {
    this.#hasBegun = true;
    this.#begin(reply);
  }

  /** Does nothing once it has begun. */
  fail(reason: unknown): void {
    this.#fail(reason);
  }

  #addAll(pieces: readonly string[]): boolean {
    for (const text of pieces) {
      this.#pieces++;
      this.add({ text, once: true });
    }
    return pieces.length > 0;
  }

  #tell(interruptible: boolean): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#begin({ text: this.#text, interruptible, understood: true, question: null });
  }
}
