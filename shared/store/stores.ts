import type { Business } from "./business.ts";

/**
 * What outlives a process, or is shared between processes. Every method may reject when the store is away;
 * a caller that must not wait sets its own deadline.
 */
export interface Stores {
  readonly businesses: BusinessStore;
  readonly greetings: GreetingStore;
  readonly greetingBuilds: GreetingBuildStore;
  readonly conversations: ConversationStore;
  readonly nextActions: NextActionStore;
  readonly callRecords: CallRecordStore;
  readonly phrases: PhraseStore;
}

/** Rendered sentences, kept for a day since they were last stored: a cache, of which any entry may be missing. */
export interface PhraseStore {
  /** @param hash as of `ttsHash` in `greeting_key.ts`. @returns mu-law at 8 kHz. */
  get(hash: string): Promise<Uint8Array | undefined>;
  put(hash: string, audio: Uint8Array): Promise<void>;
}

/** Businesses, each with a version that grows with every change. No two have a called number in common. */
export interface BusinessStore {
  get(id: string): Promise<Business | undefined>;
  /** The business that answers this called number (E.164). */
  byNumber(number: string): Promise<Business | undefined>;
  list(): Promise<Business[]>;
  /** The last version of this id; its deletion counts as one, so that nobody writes over it unseen. 0: there was none. */
  lastVersion(id: string): Promise<number>;
  /**
   * Stores a business under its own version, or changes nothing.
   *
   * @param over the `lastVersion` that it replaces; unset: whatever is there.
   */
  put(business: Business, over?: number): Promise<BusinessWrite>;
  /** Deletes a business; its numbers are free. Deleting what is not there does nothing. @param over as of `put`. */
  delete(id: string, over?: number): Promise<BusinessWrite>;
}

export type BusinessWrite =
  | { readonly ok: true }
  /** Somebody else has written since. `current` as of `lastVersion`. */
  | { readonly ok: false; readonly reason: "version"; readonly current: number }
  /** One of its numbers reaches another business. */
  | {
    readonly ok: false;
    readonly reason: "number";
    readonly number: string;
    readonly holder: string;
  };

/** A greeting rendered ahead of any call. */
export interface GreetingEntry {
  readonly businessId: string;
  /** Hash over text, voice, language, engine and format: `greeting_key.ts`. */
  readonly ttsHash: string;
  /** mu-law, a multiple of 160 bytes, 60 s at most. */
  readonly audio: Uint8Array;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface GreetingStore {
  /** What telemetry calls it. */
  readonly kind: "memory" | "redis";
  /** An entry that is damaged counts as missing. */
  get(businessId: string): Promise<GreetingEntry | undefined>;
  /** @throws {RangeError} when the audio is empty, longer than 60 s, or not whole frames. */
  put(entry: GreetingEntry): Promise<void>;
  delete(businessId: string): Promise<void>;
}

/** Why a greeting could not be built. */
export interface GreetingFailure {
  readonly error: string;
  /** ISO 8601. */
  readonly failedAt: string;
}

/** How the building of greetings goes: who is at one, and what went wrong last. Shared by all builders. */
export interface GreetingBuildStore {
  /** Whether `holder` may build this greeting: for `ms` from now, which asking again extends. */
  lease(businessId: string, holder: string, ms: number): Promise<boolean>;
  /** `holder` is done, and nobody has the lease for the next `pauseMs`. Nothing happens when it is another's. */
  release(businessId: string, holder: string, pauseMs: number): Promise<void>;
  /** Undefined: the last build went well. */
  putFailure(businessId: string, failure: GreetingFailure | undefined): Promise<void>;
  failure(businessId: string): Promise<GreetingFailure | undefined>;
}

/** One exchange: what was asked, what was said, how far. */
export interface ConversationTurn {
  readonly turn: number;
  readonly asked: string | null;
  /** What is told, piece by piece, as far as it is written. */
  readonly pieces: readonly string[];
  /** Whether all of it is written. */
  readonly isWhole: boolean;
  /** Pieces that were wholly sent. */
  readonly piecesSent: number;
  readonly interrupted: boolean;
  /** How far the caller heard it, where it was cut off: interrupted, or by the end of the call. Else, or not known yet: null. */
  readonly heard: TextPosition | null;
  /** Whether the caller may speak over it. */
  readonly interruptible: boolean;
  /** What follows when it has been spoken. */
  readonly then: TurnEnding;
  /** How it is spoken, so that a successor can go on in the middle. */
  readonly spoken: SpokenTurn;
  readonly tools: readonly ToolUse[];
}

/** A place in a text of pieces: before word `word` (from 0) of piece `piece` (from 0). */
export interface TextPosition {
  readonly piece: number;
  readonly word: number;
}

export type TurnEnding =
  | { readonly do: "none" }
  | { readonly do: "hangup" }
  | { readonly do: "transfer"; readonly to: string }
  /** The business's fallback verb: the words before it are the apology that nothing else can be said. */
  | { readonly do: "fallback" }
  /** The caller enters digits; the dialog hears when that is done. */
  | { readonly do: "collect"; readonly entry: KeypadEntry }
  /** What the caller says next is a note for the business. */
  | { readonly do: "take_note"; readonly thanks: string };

/** What is to be entered on the keypad. */
export interface KeypadEntry {
  readonly minDigits: number;
  readonly maxDigits: number;
  /** The key that ends the entry early; null: none does. */
  readonly terminator: "#" | "*" | null;
  /** From the end of the words before it, and from each digit, to the next. */
  readonly timeoutMs: number;
  /** The business's tool that gets the digits; null: the dialog decides. */
  readonly tool: string | null;
}

/** A tool that was used for a turn. What it was given and what it answered is not kept. */
export interface ToolUse {
  readonly name: string;
  readonly ms: number;
  readonly outcome: ToolOutcome;
}

export type ToolOutcome = "ok" | "failed" | "timeout" | "refused" | "abandoned";

/** Frames of a turn. One that was resumed has a new utterance, which begins in the middle of the text. */
export interface SpokenTurn {
  readonly utterance: number;
  /** Where in the text the utterance begins. */
  readonly from: TextPosition;
  /** Of each piece made so far, from `from.piece` on: frames of the utterance through its end. */
  readonly pieceEnds: readonly number[];
}

export interface Conversation {
  readonly call: string;
  readonly businessId: string;
  /** The leg in which it was written last; frames and utterances are numbered anew in each. */
  readonly leg: number;
  /** Of the worker that wrote it last: `leg * EPOCHS_PER_LEG` and up, so it grows through the legs of a call. */
  readonly epoch: number;
  /** The caller's last frame under a final that these turns answer; -1 = none in this leg. */
  readonly takenThroughSeq: number;
  readonly turns: readonly ConversationTurn[];
  /** What callers left to be told to the business. */
  readonly notes: readonly string[];
  /** The call has ended: nothing is added any more. */
  readonly closed: boolean;
}

export interface ConversationStore {
  get(call: string): Promise<Conversation | undefined>;
  /**
   * Ignored, without an error, when what is stored has a newer `epoch`: a worker that had only hung never overwrites
   * what its successor has written.
   */
  put(conversation: Conversation): Promise<void>;
  delete(call: string): Promise<void>;
}

/** What `/twilio/next` answers once the stream is closed. */
export type NextAction =
  | { readonly do: "hangup" }
  | { readonly do: "dial"; readonly number: string }
  | { readonly do: "continue"; readonly leg: number }
  | { readonly do: "fallback"; readonly businessId: string };

export interface NextActionStore {
  get(call: string): Promise<NextAction | undefined>;
  put(call: string, action: NextAction): Promise<void>;
  delete(call: string): Promise<void>;
}

/** A call from `start` to its end. Numbers of callers are personal data. */
export interface CallRecord {
  readonly call: string;
  readonly businessId: string;
  readonly leg: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly endReason: string | null;
  readonly framesIn: number;
  readonly framesOut: number;
  /** Of a call that has ended, as far as its dialog could tell. */
  readonly turns: readonly CallTurn[];
  readonly notes: readonly string[];
}

/** One exchange of a call that has ended. Times are milliseconds since the call's start, on the edge's clock. */
export interface CallTurn {
  /** 0 = the greeting. */
  readonly turn: number;
  /** The caller's words; of keys only that some were pressed. Personal data. */
  readonly asked: string | null;
  /** What the caller heard of the answer, cut at a word where it was interrupted. */
  readonly told: string;
  readonly interrupted: boolean;
  readonly tools: readonly ToolUse[];
  /** First and last voiced frame of what is answered; null for a greeting, a key, a silence. */
  readonly askedFromMs: number | null;
  readonly askedToMs: number | null;
  /** First frame of the answer sent, and the moment at which it had played or was cleared. */
  readonly toldFromMs: number | null;
  readonly toldToMs: number | null;
  readonly latency: TurnLatency | null;
  /** Onset of the speech that interrupted it to its last frame sent. */
  readonly bargeInMs: number | null;
}

/** Milliseconds, as in the line `[LATENCY]`. */
export interface TurnLatency {
  readonly sttPartialMs: number | null;
  readonly sttFinalMs: number | null;
  readonly llmMs: number | null;
  readonly ttsMs: number | null;
  readonly totalMs: number | null;
}

export interface CallRecordStore {
  /** One record per call. That of an older leg than the stored one comes too late and is ignored. */
  put(record: CallRecord): Promise<void>;
  get(call: string): Promise<CallRecord | undefined>;
  /** Newest first. */
  list(limit: number): Promise<CallRecord[]>;
}
