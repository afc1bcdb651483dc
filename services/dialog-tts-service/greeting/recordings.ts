/** What can be said without any engine at call time. */
import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";
import { within } from "shared/clock/within.ts";
import type { Log } from "shared/runtime/log.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import type { Speaker, SynthesisRequest, Synthesizer } from "shared/speech/synthesizer.ts";
import { primaryOf, RECORDED_TEXTS, type RecordedTexts } from "./recorded_texts.ts";

/** A text that takes longer is given up for now, so that the start does not wait for it. */
const RENDER_LIMIT_MS = 4_000;
/** What is missing is tried again so often. */
const RETRY_MS = 30_000;
const ENGLISH = RECORDED_TEXTS.get("en")!;

export interface Recording {
  /** mu-law at 8 kHz, a multiple of 160 bytes. Shared between calls: not to be changed. */
  readonly audio: Uint8Array;
  readonly text: string;
}

type Kind = Exclude<keyof RecordedTexts, "language">;
type Recorded = Readonly<Record<Kind, Recording>>;

export interface RecordingsOptions {
  readonly synthesizer: Synthesizer;
  /** Speaks English where the synthesizer gives nothing: embedded, so that it never fails. Default: the same. */
  readonly lastResort?: Synthesizer;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warnLimited">;
}

/**
 * A short greeting for calls whose own is not at hand, an apology for when nothing can be spoken, and a filler for when
 * an answer takes its time, in every language that they are written in: a business may come at any time. Spoken as the first business of the language, else by the
 * language's own voice. Where a language is missing it is English, and the language tried again until it is there.
 */
export class Recordings {
  readonly #options: RecordingsOptions;
  /** By the last resort. */
  #english!: Recorded;
  readonly #speakers = new Map<string, Speaker>();
  readonly #recorded = new Map<string, Partial<Recorded>>();
  readonly #stop = new AbortController();
  #stopRetries: Cancel = () => {};

  private constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /**
   * Renders every language that the synthesizer speaks, as these speakers do, and English by the last resort.
   *
   * @throws when not even that can be rendered: such a process could not answer any call.
   */
  static async open(options: RecordingsOptions, speakers: Iterable<Speaker>): Promise<Recordings> {
    const recordings = new Recordings(options);
    try {
      await Promise.all([
        recordings.#renderEnglish(),
        ...[...speakers].map((speaker) => recordings.#take(speaker)),
        ...recordings.#others().map((speaker) => recordings.#take(speaker)),
      ]);
    } catch (error) {
      recordings.close();
      throw error;
    }
    recordings.#retry();
    return recordings;
  }

  /** @param language as of a business: `he-IL`, `en`. */
  of(kind: Kind, language: string): Recording {
    return this.#recorded.get(primaryOf(language))?.[kind] ?? this.#english[kind];
  }

  /** A business speaks so. Returns at once: a language that is new is rendered for the next time. */
  prepare(speaker: Speaker): void {
    void this.#take(speaker);
  }

  close(): void {
    this.#stopRetries();
    this.#stop.abort();
  }

  async #renderEnglish(): Promise<void> {
    const { synthesizer, lastResort = synthesizer } = this.#options;
    const render = async (text: string): Promise<Recording> => {
      const request = { text, language: ENGLISH.language };
      return { text, audio: await renderSpeech(lastResort, request, this.#stop.signal) };
    };
    const [greeting, apology, filler] = await Promise.all([
      render(ENGLISH.greeting),
      render(ENGLISH.apology),
      render(ENGLISH.filler),
    ]);
    this.#english = { greeting, apology, filler };
  }

  /** Of the languages that no business has spoken yet. */
  #others(): Speaker[] {
    const { synthesizer } = this.#options;
    return [...RECORDED_TEXTS]
      .filter(([primary, { language }]) =>
        !this.#speakers.has(primary) && synthesizer.supports(language)
      )
      .map(([, { language }]) => ({ language }));
  }

  #retry(): void {
    this.#stopRetries = every(this.#options.clock, RETRY_MS, () => {
      for (const primary of this.#speakers.keys()) void this.#record(primary);
    });
  }

  /** Where one speaker of a language cannot be rendered, the next one is tried. */
  async #take(speaker: Speaker): Promise<void> {
    const { language } = speaker;
    const primary = primaryOf(language);
    if (!RECORDED_TEXTS.has(primary) || this.#missing(primary).length === 0) return;
    const isNew = !this.#speakers.has(primary);
    this.#speakers.set(primary, speaker);
    if (!isNew) return;
    if (this.#options.synthesizer.supports(language)) return await this.#record(primary);
    this.#options.log.info("no synthesizer speaks it: recordings in English", { language });
  }

  #missing(primary: string): Kind[] {
    const recorded = this.#recorded.get(primary);
    return (["greeting", "apology", "filler"] as const).filter((kind) => !recorded?.[kind]);
  }

  async #record(primary: string): Promise<void> {
    const speaker = this.#speakers.get(primary)!;
    const { synthesizer } = this.#options;
    if (!synthesizer.supports(speaker.language)) return;
    await Promise.all(
      this.#missing(primary).map(async (kind) => {
        const text = RECORDED_TEXTS.get(primary)![kind];
        const audio = await this.#render({ ...synthesizer.preferredOnly(speaker), text });
        if (!audio) return;
        this.#recorded.set(primary, { ...this.#recorded.get(primary), [kind]: { audio, text } });
      }),
    );
  }

  async #render(request: SynthesisRequest): Promise<Uint8Array | undefined> {
    const { synthesizer, clock, log } = this.#options;
    const { language } = request;
    const tooSlow = new AbortController();
    const signal = AbortSignal.any([tooSlow.signal, this.#stop.signal]);
    const render = () => renderSpeech(synthesizer, request, signal);
    const rendered = await within(clock, RENDER_LIMIT_MS, render);
    if (rendered.ok) return rendered.value;
    tooSlow.abort();
    if (this.#stop.signal.aborted) return undefined;
    const { reason } = rendered;
    const error = reason === "failed"
      ? String(rendered.cause)
      : `slower than ${RENDER_LIMIT_MS} ms`;
    log.warnLimited(
      `recording ${language}`,
      "recordings in English by the embedded voice for now",
      { language, error },
    );
    return undefined;
  }
}
