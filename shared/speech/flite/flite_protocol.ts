/** What the synthesizer and its Worker say to each other: one request, one reply, in turn. */
export type FliteRequest =
  | { readonly do: "load"; readonly module: WebAssembly.Module }
  | { readonly do: "render"; readonly text: string; readonly voice: string }
  /** When does each word end, were they rendered as one sentence? */
  | { readonly do: "time"; readonly words: readonly string[]; readonly voice: string };

export type FliteReply =
  | { readonly did: "load" }
  /** mu-law at 8 kHz; the buffer is transferred, not copied. */
  | { readonly did: "render"; readonly audio: ArrayBuffer }
  /** Milliseconds from the first sample; null: that cannot be told. */
  | { readonly did: "time"; readonly endsMs: readonly number[] | null }
  | { readonly did: "fail"; readonly reason: string };
