/** A process that takes speech as Google does, and only counts and measures. Ends when its standard input does. */
import { Buffer } from "node:buffer";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  status,
} from "@grpc/grpc-js";
import type { GoogleEndpoint, ServiceAccount } from "shared/speech/google/google_options.ts";
import { guardSessions } from "shared/speech/google/http2_sessions.ts";
import {
  createIdentity,
  type EmulatorIdentity,
} from "shared/testing/google_emulator/emulator_identity.ts";
import { loadServices } from "shared/testing/google_emulator/protos.ts";
import { LoadMeter } from "./load_meter.ts";
import { wallMs } from "../wall_clock.ts";

/** Its first line. */
export interface LoadTarget {
  readonly endpoint: GoogleEndpoint;
  readonly credentials: ServiceAccount;
}

/** Lines it is asked with: each is answered by a line of JSON, `null` or a `LoadReport`. */
export type LoadQuestion = "reset" | "report";

/** Of one connection; the next one waits silently, as at Google. */
const MOST_STREAMS = 100;

interface Message {
  readonly streamingConfig?: unknown;
  readonly audioContent?: Uint8Array | null;
}

function streamingRecognize(meter: LoadMeter, call: ServerDuplexStream<Message, unknown>): void {
  const stream = meter.stream(call.getPeer());
  call.on("data", ({ streamingConfig, audioContent }: Message) => {
    if (streamingConfig) stream.configured();
    else if (audioContent) stream.received(audioContent, wallMs());
  });
  call.on("end", () => call.end());
}

/** The one thing it is asked: whether it is there. */
function recognize(_call: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<unknown>): void {
  reply({ code: status.INVALID_ARGUMENT, details: "RecognitionAudio not set." });
}

/** @param meter the one that counts now. @returns the port. */
async function serve(identity: EmulatorIdentity, meter: () => LoadMeter): Promise<number> {
  const server = new Server({
    "grpc.max_concurrent_streams": MOST_STREAMS,
    "grpc.enable_channelz": 0,
  });
  server.addService((await loadServices()).speech, {
    streamingRecognize: (call: ServerDuplexStream<Message, unknown>) =>
      streamingRecognize(meter(), call),
    recognize,
  });
  const { ca, certificate, certificateKey } = identity;
  const credentials = ServerCredentials.createSsl(Buffer.from(ca), [
    { cert_chain: Buffer.from(certificate), private_key: Buffer.from(certificateKey) },
  ]);
  return await new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
      if (error) reject(error);
      else resolve(port);
    })
  );
}

async function run(): Promise<void> {
  guardSessions();
  const identity = await createIdentity();
  let meter = new LoadMeter();
  const port = await serve(identity, () => meter);
  const target: LoadTarget = {
    endpoint: { host: "localhost", port, ca: identity.ca },
    credentials: identity.account,
  };
  console.log(JSON.stringify(target));
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    for (const question of text.trim().split("\n") as LoadQuestion[]) {
      if (question === "reset") meter = new LoadMeter();
      console.log(JSON.stringify(question === "report" ? meter.report() : null));
    }
  }
}

if (import.meta.main) {
  await run();
  Deno.exit(0);
}
