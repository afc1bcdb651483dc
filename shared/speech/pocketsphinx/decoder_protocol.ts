import type { LeftOutPhrase } from "./jsgf.ts";
import type { ModelPaths } from "./library.ts";

/** What the pool tells a decoder's Worker. Every request but `close` has exactly one reply, in order. */
export type DecoderRequest =
  | { readonly do: "open"; readonly model: ModelPaths }
  | { readonly do: "begin"; readonly phrases: readonly string[] }
  /** mu-law, a multiple of 160 bytes. */
  | { readonly do: "feed"; readonly mulaw: Uint8Array }
  | { readonly do: "end" }
  | { readonly do: "abandon" }
  | { readonly do: "close" };

export type DecoderReply =
  | { readonly did: "open" }
  | { readonly did: "begin"; readonly leftOut: readonly LeftOutPhrase[] }
  /** `text` is the hypothesis when it has changed and is understood. */
  | { readonly did: "feed"; readonly text: string | undefined }
  | { readonly did: "end"; readonly text: string | undefined }
  | { readonly did: "abandon" }
  | { readonly did: "close" }
  | { readonly did: "fail"; readonly reason: string };

/** What is used of a Worker, so that tests can stand in for the thread. */
export interface DecoderPort {
  onmessage: ((event: MessageEvent<DecoderReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(request: DecoderRequest): void;
  terminate(): void;
}
