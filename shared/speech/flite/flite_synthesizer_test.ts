import { assert, assertEquals, assertRejects } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { SynthesisError, type SynthesisRequest } from "../synthesizer.ts";
import type { FlitePort } from "./flite_client.ts";
import { FliteSynthesizer } from "./flite_synthesizer.ts";

const REQUEST: SynthesisRequest = { text: "Good morning.", language: "en-US", voice: "kal" };
const { signal } = new AbortController();

/** Loads, and crashes at the first sentence. */
const CRASHING = `onmessage = ({ data }) => {
  if (data.do === "load") postMessage({ did: "load" });
  else throw new Error("crash of a test");
}`;

async function bytesOf(speech: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of speech) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

function seconds(audio: Uint8Array): number {
  return audio.length / 8000;
}

describe("FliteSynthesizer", () => {
  const synthesizer = new FliteSynthesizer();
  const speak = (request: Partial<SynthesisRequest>) =>
    bytesOf(synthesizer.synthesize({ ...REQUEST, ...request }, signal));

  beforeAll(() => synthesizer.open());
  afterAll(() => synthesizer.close());

  it("speaks English as mu-law at 8 kHz", async () => {
    const audio = await speak({});
    assert(seconds(audio) > 0.7 && seconds(audio) < 1.5, `${seconds(audio)} s`);
    // Loud mu-law is near 0x00 and 0x80; silence near 0xff and 0x7f.
    assert(audio.some((byte) => (byte & 0x7f) < 0x20), "all quiet");
  });

  it("gives the same audio for the same text", async () => {
    assertEquals(await speak({}), await speak({}));
  });

  it("gives pieces of half a second at most", async () => {
    const text = "This sentence is certainly longer than half a second.";
    const lengths: number[] = [];
    for await (const piece of synthesizer.synthesize({ ...REQUEST, text }, signal)) {
      lengths.push(piece.length);
    }
    assert(lengths.length > 3);
    assertEquals(Math.max(...lengths), 4000);
  });

  it("answers many calls at once, each with its own text", async () => {
    const texts = ["One.", "One two three four five.", "Good morning to all of you."];
    const alone: Uint8Array[] = [];
    for (const text of texts) alone.push(await speak({ text }));
    assertEquals(await Promise.all(texts.map((text) => speak({ text }))), alone);
  });

  it("gives nothing for a text without letters or digits", async () => {
    for (const text of ["", "  ", "...", "😀 —"]) assertEquals((await speak({ text })).length, 0);
  });

  it("speaks 5,000 bytes and refuses one more", async () => {
    const text = "word ".repeat(1000);
    assert(seconds(await speak({ text })) > 60);
    const long = () => speak({ text: text + "s" });
    await assertRejects(long, SynthesisError, "at most 5000 bytes, received 5001");
  });

  it("refuses a voice it has not, naming those it has", async () => {
    const unknown = () => speak({ voice: "he-IL-Wavenet-A" });
    await assertRejects(unknown, SynthesisError, "the voices kal, received he-IL-Wavenet-A");
  });

  it("refuses a language other than English, and letters other than Latin ones", async () => {
    await assertRejects(() => speak({ language: "he-IL" }), SynthesisError, "received he-IL");
    await assertRejects(() => speak({ text: "שלום" }), SynthesisError, "Latin letters");
  });

  it("gives nothing and throws nothing once its signal is aborted", async () => {
    const aborted = AbortSignal.abort();
    const speech = synthesizer.synthesize({ ...REQUEST, voice: "none" }, aborted);
    assertEquals((await bytesOf(speech)).length, 0);
  });

  it("ends without an error when aborted in the middle", async () => {
    const abort = new AbortController();
    let pieces = 0;
    const text = "This sentence is certainly longer than half a second.";
    for await (const _piece of synthesizer.synthesize({ ...REQUEST, text }, abort.signal)) {
      pieces++;
      abort.abort();
    }
    assertEquals(pieces, 1);
  });
});

describe("FliteSynthesizer.wordEndsMs()", () => {
  it("tells when each word ends, symbols and dashes included, and nothing where it cannot", async () => {
    const flite = new FliteSynthesizer();
    await flite.open();
    const ends = async (text: string) =>
      (await flite.wordEndsMs({ text, language: "en-US" }))?.map(Math.round);
    assertEquals(await ends("Two hours, one day."), [497, 933, 1331, 1782]);
    const [first, dash, second] = (await ends("Two — one."))!;
    assertEquals([first! > 0, dash === first, second! > first!], [true, true, true]);
    assertEquals(await ends("See Dr. Smith."), undefined);
    await flite.close();
  });
});

describe("FliteSynthesizer.open()", () => {
  it("opens once however often it is called, and again after close", async () => {
    const synthesizer = new FliteSynthesizer();
    await Promise.all([synthesizer.open(), synthesizer.open()]);
    await synthesizer.close();
    await assertRejects(
      () => bytesOf(synthesizer.synthesize(REQUEST, signal)),
      SynthesisError,
      "closed",
    );
    await synthesizer.open();
    assert((await bytesOf(synthesizer.synthesize(REQUEST, signal))).length > 0);
    await synthesizer.close();
  });

  it("rejects when the Worker does not start, and leaves none behind", async () => {
    let terminated = 0;
    const synthesizer = new FliteSynthesizer({
      spawn: () => ({
        onmessage: null,
        onerror: null,
        postMessage() {
          throw new Error("no thread");
        },
        terminate: () => terminated++,
      }),
    });
    await assertRejects(() => synthesizer.open(), SynthesisError, "does not start");
    assertEquals(terminated, 1);
  });
});

describe("FliteSynthesizer after a crash", () => {
  it("fails one sentence and speaks the next with a new Worker", async () => {
    const sources = [
      `data:application/javascript,${encodeURIComponent(CRASHING)}`,
      import.meta.resolve("./flite_worker.ts"),
    ];
    const causes: string[] = [];
    const synthesizer = new FliteSynthesizer({
      spawn: (): FlitePort => new Worker(sources.shift()!, { type: "module" }),
      onReplaced: (cause) => causes.push(String(cause)),
    });
    await synthesizer.open();
    const speak = () => bytesOf(synthesizer.synthesize(REQUEST, signal));
    await assertRejects(speak, SynthesisError, "flite failed");
    assert((await speak()).length > 0);
    assertEquals(causes.length, 1);
    assert(causes[0]!.includes("crash of a test"));
    await synthesizer.close();
  });
});
