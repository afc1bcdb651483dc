/** PocketSphinx itself, hearing flite over a telephone line (8 kHz mu-law), as far as Debian's packages are there. */
import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES, FRAME_MS, silentFrame } from "shared/media/frame.ts";
import { decodeMulaw, encodeMulaw } from "shared/media/mulaw.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import type { FramePosition, Recognition } from "shared/speech/recognizer.ts";

const PHRASES = [
  "what are your opening hours",
  "when are you open",
  "are you open on sunday",
  "where are you located",
  "what is your address",
  "how do i get to the shop",
  "can i rent a bicycle",
  "how much is a bicycle for the day",
  "can you repair my bicycle",
  "i have a flat tire",
  "can i pay by credit card",
  "is there any parking nearby",
  "tell me about the guided tours",
  "say that again",
  "thank you and goodbye",
];
const OTHER_SPEECH = [
  "the quick brown fox jumps over the lazy dog",
  "is it going to rain tomorrow",
  "nobody told me about the elephant",
  "my name is alexander",
  "purple monkeys dance at midnight",
];

const available = PocketSphinxRecognizer.available();
if (available !== true) console.warn(`SKIP recognition: ${available}`);

type Heard =
  | { readonly kind: "final"; readonly text: string; readonly to: FramePosition }
  | { readonly kind: "rejected"; readonly to: FramePosition };

/** One call that is spoken to, as fast as the decoder takes it. */
class Call {
  readonly partials: string[] = [];
  readonly errors: Error[] = [];
  readonly #recognition: Recognition;
  #seq = 0;
  #onReady: (() => void) | undefined;
  #onHeard: ((heard: Heard) => void) | undefined;

  constructor(recognizer: PocketSphinxRecognizer, phrases: readonly string[] = PHRASES) {
    const call = { call: "CA1", language: "en-US", phrases, hints: [] };
    this.#recognition = recognizer.recognize(call, {
      onReady: () => this.#onReady?.(),
      onPartial: (text) => this.partials.push(text),
      onFinal: (text, to) => this.#onHeard?.({ kind: "final", text, to }),
      onRejected: (to) => this.#onHeard?.({ kind: "rejected", to }),
      onError: (error) => this.errors.push(error),
      onFailed: (failure) => this.errors.push(failure),
    });
  }

  /** Speaks after 0.5 s of silence. @returns what was heard, and the last frame that was speech. */
  async hear(mulaw: Uint8Array): Promise<{ heard: Heard; lastVoiced: FramePosition }> {
    const result = Promise.withResolvers<Heard>();
    this.#onHeard = result.resolve;
    for (let i = 0; i < 25; i++) await this.#write(silentFrame());
    this.#recognition.speechStarted(this.#at());
    for (let at = 0; at + FRAME_BYTES <= mulaw.length; at += FRAME_BYTES) {
      await this.#write(mulaw.subarray(at, at + FRAME_BYTES));
    }
    const lastVoiced = { seq: this.#seq - 1, streamMs: (this.#seq - 1) * FRAME_MS };
    for (let i = 0; i < 9; i++) await this.#write(silentFrame());
    this.#recognition.speechEnded(lastVoiced);
    for (let i = 0; i < 10; i++) await this.#write(silentFrame());
    return { heard: await result.promise, lastVoiced };
  }

  close(): void {
    this.#recognition.close();
  }

  #at(): FramePosition {
    return { seq: this.#seq, streamMs: this.#seq * FRAME_MS };
  }

  async #write(frame: Uint8Array): Promise<void> {
    while (!this.#recognition.ready) {
      await new Promise<void>((resolve) => this.#onReady = resolve);
    }
    this.#recognition.write(frame, this.#at());
    this.#seq++;
  }
}

describe("PocketSphinxRecognizer", { ignore: available !== true }, () => {
  const synthesizer = new FliteSynthesizer();
  const warnings: string[] = [];
  const recognizer = new PocketSphinxRecognizer({ onWarning: (warning) => warnings.push(warning) });

  beforeAll(async () => {
    await Promise.all([synthesizer.open(), recognizer.open()]);
  });
  afterAll(async () => {
    await Promise.all([synthesizer.close(), recognizer.close()]);
  });

  async function speech(text: string): Promise<Uint8Array> {
    const request = { text, language: "en-US", voice: "kal" };
    const pieces: Uint8Array[] = [];
    for await (const piece of synthesizer.synthesize(request, new AbortController().signal)) {
      pieces.push(piece);
    }
    return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
  }

  it("understands the phrases, and mistakes none for another", async () => {
    const call = new Call(recognizer);
    let exact = 0;
    const wrong: string[] = [];
    for (const phrase of PHRASES) {
      const { heard, lastVoiced } = await call.hear(await speech(phrase));
      assertEquals(heard.to, lastVoiced);
      if (heard.kind === "rejected") continue;
      if (heard.text === phrase) exact++;
      else wrong.push(`${phrase}: ${heard.text}`);
    }
    call.close();
    assertEquals(wrong, []);
    assertGreaterOrEqual(exact, Math.floor(PHRASES.length * 0.8), `${exact} of ${PHRASES.length}`);
    assert(call.partials.includes("what are your opening hours"), call.partials.join("; "));
    assertEquals(call.partials.filter((text) => text.includes("ph_")), []);
    assertEquals(call.errors, []);
  });

  it("rejects other speech", async () => {
    const call = new Call(recognizer);
    const kinds: string[] = [];
    for (const text of OTHER_SPEECH) kinds.push((await call.hear(await speech(text))).heard.kind);
    call.close();
    const rejected = kinds.filter((kind) => kind === "rejected").length;
    assertGreaterOrEqual(rejected, OTHER_SPEECH.length - 1, kinds.join(" "));
  });

  it("understands a quiet caller after a loud one", async () => {
    const phrase = "can i rent a bicycle";
    const loud = await speech(phrase);
    const call = new Call(recognizer);
    for (let i = 0; i < 3; i++) await call.hear(loud);
    call.close();
    const quietCall = new Call(recognizer);
    const { heard } = await quietCall.hear(attenuated(loud, 0.05));
    quietCall.close();
    assertEquals(heard.kind === "final" ? heard.text : heard.kind, phrase);
  });

  it("serves more speakers than it has decoders, one after the other", async () => {
    const calls = Array.from({ length: 5 }, () => new Call(recognizer));
    const audio = await speech("what is your address");
    const heard = await Promise.all(calls.map((call) => call.hear(audio)));
    for (const call of calls) call.close();
    assertEquals(heard.map(({ heard }) => heard.kind), calls.map(() => "final"));
  });

  it("leaves out phrases with words that its dictionary lacks, and says so once", async () => {
    const phrases = [...PHRASES, "rent a tandemette"];
    const audio = await speech("what is your address");
    for (let i = 0; i < 2; i++) {
      const call = new Call(recognizer, phrases);
      const { heard } = await call.hear(audio);
      call.close();
      assertEquals(heard.kind, "final");
    }
    const about = warnings.filter((warning) => warning.includes("tandemette"));
    assertEquals(about, [
      'PocketSphinx cannot hear phrases with words outside of its dictionary: "rent a tandemette" (tandemette)',
    ]);
  });

  it("does not open without its model", async () => {
    const nowhere = { acoustic: "/nonexistent/en-us", dictionary: "/nonexistent/words.dict" };
    assertStringIncludes(String(PocketSphinxRecognizer.available(nowhere)), "pocketsphinx-en-us");
    const modelless = new PocketSphinxRecognizer({ model: nowhere });
    await assertRejects(() => modelless.open(), Error, "Cannot open PocketSphinx");
    await modelless.close();
  });

  it("takes less than half of a core for one speaker", async () => {
    const audio = await speech(PHRASES.join(". "));
    const call = new Call(recognizer);
    const startMs = performance.now();
    await call.hear(audio);
    call.close();
    const share = (performance.now() - startMs) / ((audio.length / FRAME_BYTES) * FRAME_MS);
    assertLess(share, 0.5);
  });
});

/** The same, more quietly. */
function attenuated(mulaw: Uint8Array, factor: number): Uint8Array {
  const samples = decodeMulaw(mulaw).map((sample) => Math.round(sample * factor));
  return encodeMulaw(samples);
}
