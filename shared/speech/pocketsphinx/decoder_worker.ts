/** The Worker that one PocketSphinx decoder runs in. */
import { FRAME_BYTES } from "shared/media/frame.ts";
import { SphinxDecoder } from "./decoder.ts";
import type { DecoderReply, DecoderRequest } from "./decoder_protocol.ts";

/** Asking for the hypothesis costs time: every 100 ms of audio is often enough. */
const HYPOTHESIS_BYTES = 5 * FRAME_BYTES;

interface WorkerScope {
  onmessage: ((event: MessageEvent<DecoderRequest>) => void) | null;
  postMessage(reply: DecoderReply): void;
  close(): void;
}

const scope = self as unknown as WorkerScope;
let open: SphinxDecoder | undefined;
let unheardBytes = 0;
let lastText: string | undefined;

scope.onmessage = ({ data: request }) => {
  scope.postMessage(answer(request));
  if (request.do === "close") scope.close();
};

function answer(request: DecoderRequest): DecoderReply {
  try {
    if (request.do !== "open") return decode(decoder(), request);
    open = new SphinxDecoder(request.model);
    return { did: "open" };
  } catch (error) {
    open?.close();
    open = undefined;
    return { did: "fail", reason: error instanceof Error ? error.message : String(error) };
  }
}

function decode(
  decoder: SphinxDecoder,
  request: Exclude<DecoderRequest, { do: "open" }>,
): DecoderReply {
  switch (request.do) {
    case "begin":
      unheardBytes = 0;
      lastText = undefined;
      return { did: "begin", leftOut: decoder.begin(request.phrases) };
    case "feed":
      decoder.feed(request.mulaw);
      unheardBytes += request.mulaw.length;
      return { did: "feed", text: newText(decoder) };
    case "end":
      return { did: "end", text: decoder.end() };
    case "abandon":
      decoder.abandon();
      return { did: "abandon" };
    case "close":
      decoder.close();
      return { did: "close" };
  }
}

function newText(decoder: SphinxDecoder): string | undefined {
  if (unheardBytes < HYPOTHESIS_BYTES) return undefined;
  unheardBytes = 0;
  // What no longer looks like a phrase takes back the partial before it.
  const text = decoder.hypothesis() ?? "";
  if (text === (lastText ?? "")) return undefined;
  return lastText = text;
}

function decoder(): SphinxDecoder {
  if (!open) throw new Error("Cannot decode: open comes first");
  return open;
}
