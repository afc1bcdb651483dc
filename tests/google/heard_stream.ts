/** A stream over the recognizer's own connection, as a test looks at it. */
import { BATCH_BYTES, silence } from "./test_audio.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type {
  SpeechConnection,
  SpeechStream,
  StreamConfig,
  StreamResponse,
} from "shared/speech/google/recognition/speech_api.ts";

export const HEBREW: StreamConfig = {
  language: "he-IL",
  model: "default",
  useEnhanced: true,
  phrases: ["שעות פתיחה"],
};

export class HeardStream {
  readonly stream: SpeechStream;
  readonly responses: StreamResponse[] = [];
  /** Resolves with what its end was told with, the first time. */
  readonly ended: Promise<EngineFailure | undefined>;
  ends = 0;
  /** Whether a handler was called before `stream()` or `write()` had returned. */
  wasCalledInside = false;
  #isInside = true;
  readonly #final = Promise.withResolvers<string>();

  constructor(connection: SpeechConnection, config = HEBREW) {
    const ended = Promise.withResolvers<EngineFailure | undefined>();
    this.ended = ended.promise;
    this.stream = connection.stream(config, {
      onResponse: (response) => {
        this.wasCalledInside ||= this.#isInside;
        this.responses.push(response);
        const final = response.results.find(({ isFinal }) => isFinal);
        if (final) this.#final.resolve(final.text);
      },
      onEnd: (failure) => {
        this.wasCalledInside ||= this.#isInside;
        this.ends++;
        ended.resolve(failure);
        this.#final.reject(failure ?? new Error("ended without a final"));
      },
    });
    this.#final.promise.catch(() => {});
    this.#isInside = false;
  }

  /** The first final's text. */
  get final(): Promise<string> {
    return this.#final.promise;
  }

  /** Speech in batches, and silence behind it. */
  say(speech: Uint8Array): void {
    const audio = new Uint8Array([...speech, ...silence(10)]);
    for (let at = 0; at < audio.length; at += BATCH_BYTES) {
      this.write(audio.subarray(at, at + BATCH_BYTES));
    }
  }

  write(audio: Uint8Array): void {
    this.#isInside = true;
    this.stream.write(audio);
    this.#isInside = false;
  }
}
