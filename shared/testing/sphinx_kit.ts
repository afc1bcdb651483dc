import type { FramePosition, Recognition } from "shared/speech/recognizer.ts";
import type { DecoderReply, DecoderRequest } from "shared/speech/pocketsphinx/decoder_protocol.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { FakeClock, settle } from "./fake_clock.ts";
import { ScriptedDecoder, usualReply } from "./scripted_decoder.ts";

const at = (seq: number): FramePosition => ({ seq, streamMs: seq * 20 });

/** A PocketSphinx recognizer on a fake clock, its decoders played by the test. */
export class SphinxKit {
  readonly clock = new FakeClock();
  readonly ports: ScriptedDecoder[] = [];
  readonly warnings: string[] = [];
  readonly recognizer: PocketSphinxRecognizer;

  private constructor(decoders: number) {
    this.recognizer = new PocketSphinxRecognizer({
      decoders,
      clock: this.clock,
      onWarning: (message) => this.warnings.push(message),
      spawn: () => {
        const port = new ScriptedDecoder();
        this.ports.push(port);
        return port;
      },
    });
  }

  static async open(decoders = 1): Promise<SphinxKit> {
    const kit = new SphinxKit(decoders);
    await kit.recognizer.open();
    return kit;
  }

  /** The first decoder. */
  get port(): ScriptedDecoder {
    return this.ports[0]!;
  }

  call(options: { language?: string; phrases?: string[] } = {}): SphinxCall {
    return new SphinxCall(this.recognizer, options);
  }
}

/** One call: frames are numbered, and carry their number as audio. */
export class SphinxCall {
  /** What the sink was told, one line each. */
  readonly heard: string[] = [];
  readonly recognition: Recognition;
  #seq = 0;

  constructor(
    recognizer: PocketSphinxRecognizer,
    { language = "en-US", phrases = ["yes", "no"] }: { language?: string; phrases?: string[] },
  ) {
    this.recognition = recognizer.recognize({ call: "CA1", language, phrases, hints: ["maybe"] }, {
      onReady: () => this.heard.push("ready"),
      onPartial: (text, to) => this.heard.push(`partial ${text} @${to.seq}`),
      onFinal: (text, to) => this.heard.push(`final ${text} @${to.seq}`),
      onRejected: (to) => this.heard.push(`rejected @${to.seq}`),
      onError: (error) => this.heard.push(`error ${error.message}`),
      onFailed: (failure) => this.heard.push(`failed ${failure.message}`),
    });
  }

  get ready(): boolean {
    return this.recognition.ready;
  }

  async write(frames: number): Promise<void> {
    for (let i = 0; i < frames; i++) {
      if (!this.ready) throw new Error(`Cannot write frame ${this.#seq}: not ready`);
      this.recognition.write(new Uint8Array(160).fill(this.#seq), at(this.#seq));
      this.#seq++;
      await settle();
    }
  }

  /** The VAD hears speech begin with the next frame. */
  start(): void {
    this.recognition.speechStarted(at(this.#seq));
  }

  /** 180 ms after the last voiced frame the VAD hears that speech has ended. */
  async endAfterHangover(): Promise<void> {
    await this.write(9);
    this.recognition.speechEnded(at(this.#seq - 10));
  }

  /** 400 ms of speech, and silence until it is over. */
  async speak(): Promise<void> {
    this.start();
    await this.write(20);
    await this.endAfterHangover();
    await this.write(10);
  }
}

/** Understands `text` once so many frames were fed. */
export function understanding(text: string, afterFrames = 0) {
  let frames = 0;
  return (request: DecoderRequest): DecoderReply => {
    if (request.do === "begin") frames = 0;
    if (request.do === "feed") {
      const before = frames;
      frames += request.mulaw.length / 160;
      if (before < afterFrames && frames >= afterFrames) return { did: "feed", text };
    }
    return request.do === "end" ? { did: "end", text } : usualReply(request);
  };
}
