import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import { NoRecognizer } from "../none/no_recognizer.ts";
import type {
  Recognition,
  RecognitionOptions,
  RecognitionSink,
  Recognizer,
} from "../recognizer.ts";
import type { PhraseSet } from "./decoder_client.ts";
import { DecoderPool } from "./decoder_pool.ts";
import type { DecoderPort } from "./decoder_protocol.ts";
import type { LeftOutPhrase } from "./jsgf.ts";
import { availability, EN_US, type ModelPaths } from "./library.ts";
import { SphinxRecognition } from "./sphinx_recognition.ts";

const LANGUAGE = "en";

export interface PocketSphinxOptions {
  /** Callers who can speak at the same moment; more wait. 29 MB and a thread each. Default 2. */
  readonly decoders?: number;
  /** Audio sent to a decoder at a time. Default 40. */
  readonly batchMs?: number;
  readonly clock?: Clock;
  /** Told, once each, of phrases and languages that cannot be recognised, and of decoders replaced. */
  readonly onWarning?: (message: string) => void;
  readonly model?: ModelPaths;
  /** Makes a Worker that speaks `decoder_protocol.ts`. */
  readonly spawn?: () => DecoderPort;
}

/**
 * PocketSphinx with a grammar of the dialog's own phrases: English; other speech is rejected.
 *
 * - A fixed number of decoders serves all calls; a call holds one from the onset of speech to the result.
 * - Finals come about 400 ms after the last voiced frame: the words of one phrase, lower case, no punctuation.
 * - A call in another language is not listened to.
 * - Needs `--allow-ffi` for {@link LIBRARY_PATHS}, and `--allow-read` of `shared/` (a Worker loads its modules with
 *   it) and, for `available`, of the model.
 */
export class PocketSphinxRecognizer implements Recognizer {
  readonly name = "pocketsphinx";
  readonly #options: Required<PocketSphinxOptions>;
  readonly #pool: DecoderPool;
  readonly #deaf = new NoRecognizer();
  readonly #warned = new Set<string>();
  #opening: Promise<void> | undefined;

  constructor(options: PocketSphinxOptions = {}) {
    this.#options = {
      decoders: 2,
      batchMs: 2 * FRAME_MS,
      clock: new SystemClock(),
      onWarning: () => {},
      model: EN_US,
      spawn: spawnWorker,
      ...options,
    };
    const { clock, model, decoders: size, spawn } = this.#options;
    const onReplaced = (cause: Error) =>
      this.#options.onWarning(`PocketSphinx decoder replaced: ${cause.message}`);
    this.#pool = new DecoderPool({ clock, model, size, spawn, onReplaced });
  }

  /** True, or in words why PocketSphinx cannot run here, and which Debian package is missing. */
  static available(model: ModelPaths = EN_US): true | string {
    return availability(model);
  }

  /** Opens all decoders. Calling it again waits for the same. @throws {Error} when library or model is missing. */
  open(): Promise<void> {
    return this.#opening ??= this.#pool.open();
  }

  supports(language: string): boolean {
    return language.split("-")[0] === LANGUAGE;
  }

  recognize(
    { language, phrases }: RecognitionOptions,
    sink: RecognitionSink,
  ): Recognition {
    if (!this.supports(language)) {
      this.#warnOnce(`PocketSphinx does not listen: it has the language en, received ${language}`);
      return this.#deaf.recognize();
    }
    const { clock, batchMs } = this.#options;
    const grammar: PhraseSet = { key: phrases.join("\n"), phrases };
    return new SphinxRecognition({
      clock,
      pool: this.#pool,
      grammar,
      batchFrames: Math.max(1, Math.round(batchMs / FRAME_MS)),
      onLeftOut: (leftOut) => this.#warnOnce(leftOutText(leftOut)),
    }, sink);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.onWarning(message);
  }
}

function leftOutText(leftOut: readonly LeftOutPhrase[]): string {
  const phrases = leftOut.map(({ phrase, unknownWords }) =>
    `"${phrase}" (${unknownWords.join(", ") || "no words"})`
  );
  return `PocketSphinx cannot hear phrases with words outside of its dictionary: ${
    phrases.join(", ")
  }`;
}

function spawnWorker(): DecoderPort {
  return new Worker(new URL("./decoder_worker.ts", import.meta.url), {
    type: "module",
    name: "pocketsphinx",
  });
}
