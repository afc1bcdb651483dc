/** What Google sees of a caller who interrupts: a server of its own that answers nothing, and notes cancellations. */
import { Buffer } from "node:buffer";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { assertEquals, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { connectSynthesis } from "shared/speech/google/synthesis/google_synthesis.ts";
import { GoogleSynthesizer } from "shared/speech/google/synthesis/google_synthesizer.ts";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { createIdentity } from "shared/testing/google_emulator/emulator_identity.ts";
import { loadServices } from "shared/testing/google_emulator/protos.ts";

const WAVENET = { text: "שלום", language: "he-IL", voice: "he-IL-Wavenet-A" };
const CHIRP = { text: "Hello", language: "en-US", voice: "en-US-Chirp3-HD-Kore" };

/** One request, as the server sees it. */
interface Seen {
  readonly arrived: PromiseWithResolvers<void>;
  readonly cancelled: PromiseWithResolvers<void>;
}

let server: Server;
let synthesizer: GoogleSynthesizer;
let seen: Seen;
let abort: AbortController;

beforeEach(async () => {
  const [identity, { textToSpeech }] = await Promise.all([createIdentity(), loadServices()]);
  seen = { arrived: Promise.withResolvers(), cancelled: Promise.withResolvers() };
  const note = (call: { on(event: "cancelled", listener: () => void): unknown }) => {
    call.on("cancelled", () => seen.cancelled.resolve());
    seen.arrived.resolve();
  };
  server = new Server({ "grpc.enable_channelz": 0 });
  server.addService(textToSpeech, {
    listVoices: note,
    synthesizeSpeech: note,
    streamingSynthesize: note,
  });
  const tls = ServerCredentials.createSsl(Buffer.from(identity.ca), [{
    cert_chain: Buffer.from(identity.certificate),
    private_key: Buffer.from(identity.certificateKey),
  }]);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", tls, (error, port) => error ? reject(error) : resolve(port))
  );
  const endpoint = { host: "localhost", port, ca: identity.ca };
  const connect = () => connectSynthesis(endpoint, identity.account);
  synthesizer = new GoogleSynthesizer({ connect, streaming: true });
  abort = new AbortController();
});

afterEach(async () => {
  await synthesizer.close();
  server.forceShutdown();
});

describe("GoogleSynthesizer.synthesize() when aborted", () => {
  for (const [kind, request] of [["request", WAVENET], ["stream", CHIRP]] as const) {
    it(`cancels the ${kind} at the server, and just ends`, async () => {
      const speech = Array.fromAsync(synthesizer.synthesize(request, abort.signal));
      await seen.arrived.promise;
      abort.abort();
      assertEquals(await speech, []);
      await seen.cancelled.promise;
    });

    it(`ends with an error when closed instead, and cancels the ${kind} as well`, async () => {
      const speech = Array.fromAsync(synthesizer.synthesize(request, abort.signal));
      const ended = assertRejects(() => speech, SynthesisError, "received a closed one");
      await seen.arrived.promise;
      await synthesizer.close();
      await Promise.all([ended, seen.cancelled.promise]);
    });
  }
});
