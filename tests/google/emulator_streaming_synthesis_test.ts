/** The emulated streamingSynthesize, asked by Google's own client. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { pcm } from "shared/testing/google_emulator/speech_wav.ts";
import { toneVoice } from "shared/testing/google_emulator/tone_voice.ts";
import { CHIRP, failureOf, MULAW, SynthesisKit, WAVENET } from "./synthesis_kit.ts";

const TEXTS = ["Good morning, and welcome. ", "What can I do for you?"];
const CONFIG = { streamingConfig: { voice: CHIRP, streamingAudioConfig: MULAW } };

const input = (text: string) => ({ input: { text } });
type SynthesisStream = ReturnType<SynthesisKit["client"]["streamingSynthesize"]>;

const bytesOf = (pieces: readonly Uint8Array[]) => pieces.flatMap((piece) => [...piece]);

describe("GoogleEmulator's streamingSynthesize", () => {
  let kit: SynthesisKit;
  beforeEach(async () => {
    kit = await SynthesisKit.start();
  });
  afterEach(() => kit.close());

  const open = () => kit.client.streamingSynthesize({ timeout: 5_000 });

  /** Sends it all, says that no more comes, and collects what is answered. */
  function exchange(messages: readonly object[]): Promise<Uint8Array[]> {
    const stream = open();
    const pieces: Uint8Array[] = [];
    for (const message of messages) stream.write(message);
    stream.end();
    return new Promise((resolve, reject) => {
      stream.on("data", ({ audioContent }) => pieces.push(Uint8Array.from(audioContent)));
      stream.on("error", reject);
      stream.on("end", () => resolve(pieces));
    });
  }

  it("answers each text in pieces of mu-law, without a header, in order, and then ends", async () => {
    const pieces = await exchange([CONFIG, ...TEXTS.map(input)]);
    assert(pieces.length > 10 && pieces.every((piece) => piece.length <= 1_600));
    assertEquals(bytesOf(pieces), bytesOf(TEXTS.map((text) => toneVoice(text).audio)));
  });

  it("answers in PCM, at the rate asked for", async () => {
    const streamingAudioConfig = { ...MULAW, audioEncoding: "PCM", speakingRate: 2 };
    const config = { streamingConfig: { voice: CHIRP, streamingAudioConfig } };
    const pieces = await exchange([config, input(TEXTS[0]!)]);
    assertEquals(bytesOf(pieces), [...pcm(toneVoice(TEXTS[0]!, 2).audio)]);
  });

  it("speaks a text before the next one comes", async () => {
    const stream = open();
    const ended = new Promise((resolve) => stream.once("end", resolve));
    stream.write(CONFIG);
    for (const text of TEXTS) {
      const spoken = received(stream, toneVoice(text).audio.length);
      stream.write(input(text));
      await spoken;
    }
    stream.end();
    await ended;
  });

  it("keeps every message as it received it", async () => {
    await exchange([CONFIG, ...TEXTS.map(input)]);
    assertEquals(kit.emulator.requests.map(({ method }) => method), [
      ...["streamingSynthesize", "streamingSynthesize", "streamingSynthesize"],
    ]);
  });

  it("refuses a stream that does not begin with its config", async () => {
    assertStringIncludes(await failureOf(exchange([input(TEXTS[0]!)])), "3 The first message");
  });

  it("refuses voices that cannot stream, and a text that is too long after one that was not", async () => {
    const hebrew = { streamingConfig: { voice: WAVENET, streamingAudioConfig: MULAW } };
    assertStringIncludes(await failureOf(exchange([hebrew])), "3 Currently, only Chirp 3: HD");
    const long = exchange([CONFIG, input("yes"), input("a".repeat(5_001)), input("no")]);
    assertStringIncludes(await failureOf(long), "3 Either");
  });

  it("fails like everything else while the quota is used up", async () => {
    kit.emulator.faults.always = { code: 8, message: "Quota exceeded" };
    assertEquals(await failureOf(exchange([CONFIG, input("yes")])), "8 Quota exceeded");
  });

  it("stays whole when streams are cancelled in the middle", async () => {
    for (let i = 0; i < 5; i++) {
      const stream = open();
      const failed = new Promise<{ code?: number }>((resolve) => stream.on("error", resolve));
      stream.write(CONFIG);
      stream.write(input(TEXTS[0]!));
      await received(stream, 1);
      stream.cancel();
      assertEquals((await failed).code, 1);
    }
    assert((await exchange([CONFIG, input("yes")])).length > 0);
  });
});

/** Resolves when so many bytes of audio have come, from now on. */
function received(stream: SynthesisStream, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes;
    const count = ({ audioContent }: { audioContent: Uint8Array }) => {
      left -= audioContent.length;
      if (left > 0) return;
      stream.off("data", count);
      resolve();
    };
    stream.on("data", count);
    stream.once("error", reject);
  });
}
