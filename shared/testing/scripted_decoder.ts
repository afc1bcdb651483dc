import type {
  DecoderPort,
  DecoderReply,
  DecoderRequest,
} from "shared/speech/pocketsphinx/decoder_protocol.ts";

/** Stands in for a PocketSphinx Worker: answers at once, but never inside `postMessage`, what the test says. */
export class ScriptedDecoder implements DecoderPort {
  onmessage: ((event: MessageEvent<DecoderReply>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly requests: DecoderRequest[] = [];
  terminated = false;
  /** What the next requests are answered with; undefined: not at all. */
  answer: (request: DecoderRequest) => DecoderReply | undefined = usualReply;
  /** Requests not answered yet are kept until {@link resume}. */
  #held: DecoderRequest[] | undefined;

  postMessage(request: DecoderRequest): void {
    this.requests.push(request);
    if (this.#held) this.#held.push(request);
    else queueMicrotask(() => this.#reply(request));
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Becomes slow: answers nothing until {@link resume}. */
  hold(): void {
    this.#held = [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const request of held) this.#reply(request);
  }

  /** The Worker throws. */
  crash(message: string): void {
    this.onerror?.(new ErrorEvent("error", { message, cancelable: true }));
  }

  /** What was asked, in order. */
  get done(): string[] {
    return this.requests.map((request) => request.do);
  }

  /** Frames fed since the last `begin`, by their first byte. */
  get fed(): number[] {
    const from = this.requests.findLastIndex((request) => request.do === "begin");
    return this.requests.slice(from).flatMap((request) =>
      request.do === "feed" ? [...request.mulaw].filter((_, i) => i % 160 === 0) : []
    );
  }

  #reply(request: DecoderRequest): void {
    const reply = this.answer(request);
    if (reply && !this.terminated) this.onmessage?.({ data: reply } as MessageEvent<DecoderReply>);
  }
}

/** Loads, listens, and understands nothing. */
export function usualReply(request: DecoderRequest): DecoderReply {
  switch (request.do) {
    case "begin":
      return { did: "begin", leftOut: [] };
    case "feed":
      return { did: "feed", text: undefined };
    case "end":
      return { did: "end", text: undefined };
    default:
      return { did: request.do };
  }
}
