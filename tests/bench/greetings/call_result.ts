/** What a caller saw of its call. */
export interface CallResult {
  readonly call: string;
  /** `start` sent to the first media message; null when none came. */
  readonly greetedMs: number | null;
  /** Asking the webhook to the stream being open. */
  readonly openedMs: number | null;
  readonly frames: number;
  readonly holes: number;
  /** Why the call is no good; null: it went as planned. */
  readonly failure: string | null;
}

/** How a load goes on. */
export interface LoadProgress {
  readonly placed: number;
  readonly greeted: number;
  readonly ended: number;
  readonly failed: number;
}

export interface LoadResult {
  readonly calls: readonly CallResult[];
  /** How late the callers were at worst: the machine had no time for them. */
  readonly behindMs: number;
}
