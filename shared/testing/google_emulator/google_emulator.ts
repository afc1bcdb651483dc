/** Google Speech-to-Text and Text-to-Speech on loopback: a test double over real TLS and gRPC. */
import { Buffer } from "node:buffer";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { SystemClock } from "shared/clock/system_clock.ts";
import type { GoogleEndpoint, ServiceAccount } from "shared/speech/google/google_options.ts";
import { guardSessions } from "shared/speech/google/http2_sessions.ts";
import { Authorization } from "./authorization.ts";
import type { EmulatedStream } from "./emulated_stream.ts";
import { createIdentity, type EmulatorIdentity } from "./emulator_identity.ts";
import { type Faults, FaultScript } from "./faults.ts";
import { loadFliteVoice } from "./flite_voice.ts";
import { Lexicon } from "./lexicon.ts";
import { NetworkPort } from "./network_port.ts";
import { type GoogleServices, loadServices } from "./protos.ts";
import { type EmulatedRequest, Reception } from "./reception.ts";
import { ReplyGate } from "./reply_queue.ts";
import { SpeechService } from "./speech_service.ts";
import type { EmulatedVoice } from "./synthesis_order.ts";
import { SynthesisService } from "./synthesis_service.ts";
import { type SpokenText, toneVoice } from "./tone_voice.ts";

export interface EmulatorOptions {
  /** Texts whose tone voice it understands, besides everything it has spoken or said itself. */
  readonly lexicon?: readonly string[];
  /** That it listens in; default he-IL and en-US. */
  readonly languages?: readonly string[];
  readonly voices?: readonly EmulatedVoice[];
  /** Real ms from the arrival of an onset's first frame to the first interim; default 600. */
  readonly partialAfterMs?: number;
  /** Real ms from the arrival of the last voiced frame to the final; default 400. */
  readonly finalAfterMs?: number;
  /** Of one connection; the next one waits silently, as at Google. Default 100. */
  readonly maxStreams?: number;
  /** Of audio that a stream takes; default 305,000. */
  readonly streamLimitMs?: number;
  /** Of English voices; all others have the tone voice. Default `tone`. */
  readonly voice?: "tone" | "flite";
}

const DEFAULTS = {
  lexicon: [],
  languages: ["he-IL", "en-US"],
  voices: [
    { name: "he-IL-Wavenet-A", language: "he-IL" },
    { name: "he-IL-Standard-A", language: "he-IL" },
    { name: "en-US-Wavenet-A", language: "en-US" },
    { name: "en-US-Chirp3-HD-Kore", language: "en-US" },
  ],
  partialAfterMs: 600,
  finalAfterMs: 400,
  maxStreams: 100,
  streamLimitMs: 305_000,
  voice: "tone",
} satisfies EmulatorOptions;

type Rules = Required<EmulatorOptions>;

export class GoogleEmulator implements AsyncDisposable {
  readonly #identity: EmulatorIdentity;
  readonly #lexicon = new Lexicon();
  readonly #faults = new FaultScript();
  readonly #gate = new ReplyGate(new SystemClock(), this.#faults);
  readonly #reception: Reception;
  readonly #speech: SpeechService;
  readonly #server: Server;
  readonly #port: NetworkPort;

  /** Its own CA, TLS certificate for localhost and service account key; any free port. */
  static async start(options: EmulatorOptions = {}): Promise<GoogleEmulator> {
    guardSessions();
    const rules: Rules = { ...DEFAULTS, ...options };
    const [identity, services, english] = await Promise.all([
      createIdentity(),
      loadServices(),
      rules.voice === "flite" ? loadFliteVoice() : undefined,
    ]);
    const emulator = new GoogleEmulator(rules, identity, services, english);
    await emulator.#port.open();
    return emulator;
  }

  private constructor(
    rules: Rules,
    identity: EmulatorIdentity,
    services: GoogleServices,
    english: ((text: string) => SpokenText) | undefined,
  ) {
    this.#identity = identity;
    for (const text of rules.lexicon) this.say(text);
    const { account, accountKey } = identity;
    const authorization = new Authorization(accountKey, account.client_email);
    const [lexicon, faults, gate] = [this.#lexicon, this.#faults, this.#gate];
    const reception = this.#reception = new Reception(authorization, faults, gate);
    this.#speech = new SpeechService({ ...rules, lexicon }, { reception, faults, gate });
    const { voices } = rules;
    const synthesis = new SynthesisService({ voices, lexicon, gate: reception, english });
    this.#server = new Server({
      "grpc.max_concurrent_streams": rules.maxStreams,
      "grpc.enable_channelz": 0,
    });
    this.#server.addService(services.speech, this.#speech.handlers());
    this.#server.addService(services.textToSpeech, synthesis.handlers());
    const connections = this.#server.createConnectionInjector(tlsOf(identity));
    this.#port = new NetworkPort((socket) => connections.injectConnection(socket));
  }

  get endpoint(): GoogleEndpoint {
    return { host: "localhost", port: this.#port.number, ca: this.#identity.ca };
  }

  /** Whose key it trusts; others get 16, UNAUTHENTICATED. */
  get credentials(): ServiceAccount {
    return this.#identity.account;
  }

  get faults(): Faults {
    return this.#faults;
  }

  /** Every streamingRecognize so far. */
  get streams(): readonly EmulatedStream[] {
    return this.#speech.streams;
  }

  get openStreams(): number {
    return this.#speech.openStreams;
  }

  get mostOpenStreams(): number {
    return this.#speech.mostOpenStreams;
  }

  /** TCP connections so far, those into a black hole included. */
  get connections(): number {
    return this.#port.taken;
  }

  /** Every other request so far, refused ones as well. */
  get requests(): readonly EmulatedRequest[] {
    return this.#reception.requests;
  }

  /** What a caller says: mu-law in whole frames, understood from now on. */
  say(text: string): Uint8Array {
    const spoken = toneVoice(text);
    this.#lexicon.add(spoken);
    return spoken.audio;
  }

  /** Connections break off (RST); new ones are refused. */
  async goDown(): Promise<void> {
    await this.#port.close();
  }

  /** Like `goDown`, but new connections are taken and never answered. */
  async blackHole(): Promise<void> {
    await this.#port.mute();
  }

  /** Connections stay; nothing is answered any more. `comeBack` sends what was held back. */
  hang(): void {
    this.#gate.hang();
  }

  /** Ends `goDown`, `blackHole` and `hang`: the same port, the same keys. */
  async comeBack(): Promise<void> {
    if (!this.#port.serves) await this.#port.open();
    this.#gate.resume();
  }

  async close(): Promise<void> {
    this.#gate.close();
    await this.#port.close();
    this.#server.forceShutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** With the CA: without one Deno sends its public ones, and the handshake breaks. */
function tlsOf({ ca, certificate, certificateKey }: EmulatorIdentity): ServerCredentials {
  const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(certificateKey) };
  return ServerCredentials.createSsl(Buffer.from(ca), [pair]);
}
