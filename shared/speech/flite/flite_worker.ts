/** The Worker that flite runs in: one request at a time. */
import { encodeMulaw } from "shared/media/mulaw.ts";
import { FliteEngine } from "./flite_engine.ts";
import type { FliteReply, FliteRequest } from "./flite_protocol.ts";
import { FliteWordTimes } from "./flite_word_times.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<FliteRequest>) => void) | null;
  postMessage(reply: FliteReply, transfer: Transferable[]): void;
}

/** Goes through numbers, abbreviations and money, so that all of that code is compiled before a call. */
const WARM_UP = "Hello, Dr. Smith: on May 3 at 10:30 p.m. you paid $25.50, didn't you?";

const scope = self as unknown as WorkerScope;
let engine: FliteEngine | undefined;
let times: FliteWordTimes | undefined;

scope.onmessage = ({ data: request }) => {
  const reply = answer(request);
  scope.postMessage(reply, reply.did === "render" ? [reply.audio] : []);
};

function answer(request: FliteRequest): FliteReply {
  try {
    if (request.do === "load") {
      engine = new FliteEngine(request.module);
      times = new FliteWordTimes(engine);
      encodeMulaw(engine.render(WARM_UP, "kal"));
      return { did: "load" };
    }
    if (!engine || !times) {
      throw new Error(`Cannot ${request.do}: load comes first, received ${request.do}`);
    }
    if (request.do === "time") {
      return { did: "time", endsMs: times.endsMs(request.words, request.voice) };
    }
    const audio = encodeMulaw(engine.render(request.text, request.voice));
    return { did: "render", audio: audio.buffer as ArrayBuffer };
  } catch (error) {
    return { did: "fail", reason: String(error) };
  }
}
