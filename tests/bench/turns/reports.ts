/** What the processes of the bench tell each other: lines of JSON. Times are of `wallMs`. */

/** Kav's first line. */
export interface KavTarget {
  /** Origin of the webhook. */
  readonly webhook: string;
  /** The number that is answered. */
  readonly to: string;
}

/** What Kav has told since it was asked last. */
export interface KavReport {
  readonly bargeIns: readonly BargeIn[];
  readonly finals: readonly Final[];
  readonly firstPieces: readonly FirstPiece[];
  readonly answers: readonly Answer[];
}

export interface BargeIn {
  readonly call: string;
  readonly bargeInMs: number;
}

/** The recognizer says what the caller has asked. */
export interface Final {
  readonly question: number;
  readonly call: string;
  /** From 1 within the call: its turn, as nobody does anything else. */
  readonly turn: number;
  readonly atMs: number;
}

/** The first piece of an answer is spoken by the engine. */
export interface FirstPiece {
  readonly question: number;
  readonly askedMs: number;
  readonly firstChunkMs: number;
}

/** The first frame of an answer leaves the edge. */
export interface Answer {
  readonly call: string;
  readonly turn: number;
  readonly atMs: number;
}

/** What callers do, each in a call of its own, all at once. */
export type CallersPart =
  & { readonly calls: number }
  & (
    /** Each asks, and interrupts the answer, and the answer to that, and so on. */
    | { readonly do: "interrupt"; readonly times: number }
    /** Each asks, listens to the answer, and asks again. */
    | { readonly do: "ask"; readonly seconds: number }
  );

export type CallersTask = KavTarget & CallersPart;

/** What came of it. */
export interface CallersReport {
  readonly interruptions: readonly Interruption[];
  /** Questions that were answered. */
  readonly answered: number;
  readonly failures: readonly string[];
}

/** How a caller has silenced Kav. */
export interface Interruption {
  readonly call: string;
  /** First frame of the caller's voice to the last of Kav's that was heard. */
  readonly silenceMs: number;
  /** Of Kav, after Twilio got `clear`. */
  readonly heardAfterMs: number;
}
