/** What the synthesizer and its Worker say to each other: one request, one reply, in turn. */
export type FliteRequest =
  | { readonly do: "load"; readonly module: WebAssembly.Module }
  | { readonly do: "render"; readonly text: string; readonly voice: string };

export type FliteReply =
  | { readonly did: "load" }
  /** mu-law at 8 kHz; the buffer is transferred, not copied. */
  | { readonly did: "render"; readonly audio: ArrayBuffer }
  | { readonly did: "fail"; readonly reason: string };
