import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { BareSpeechClient, type BareStream, pause, type StreamEnding } from "./speech_client.ts";

const TEXT = "שלום מדבר דני";
const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;

let emulator: GoogleEmulator;
let client: BareSpeechClient;
const silence = (frames: number) => new Uint8Array(frames * FRAME_BYTES).fill(0xff);
const codeOf = (ending: StreamEnding | readonly string[]) =>
  typeof ending === "object" && "code" in ending ? ending.code : ending;

/** A stream whose config has arrived. */
async function openStream(): Promise<BareStream> {
  const before = emulator.streams.length;
  const stream = client.stream();
  while (!emulator.streams[before]?.config) await pause(5);
  return stream;
}

/** What a client that has no connection yet is told. */
async function askAnew(timeoutMs = 5_000) {
  await using fresh = new BareSpeechClient(emulator);
  return await fresh.recognize(silence(1), timeoutMs);
}

beforeEach(async () => {
  emulator = await GoogleEmulator.start({ partialAfterMs: 50, finalAfterMs: 50 });
  client = new BareSpeechClient(emulator);
});

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await emulator.close();
});

describe("GoogleEmulator.faults.nextStreams()", () => {
  it("fails streams by code at a frame, or ends them without an error", async () => {
    emulator.faults.nextStreams(
      { atFrame: 5, do: "error", code: UNAVAILABLE, message: "Out for lunch." },
      { atFrame: 3, do: "end" },
    );
    const [first, second] = [await openStream(), await openStream()];
    first.write(silence(4));
    second.write(silence(2));
    await client.recognize(silence(1));
    assertEquals(emulator.openStreams, 2);
    first.write(silence(1));
    second.write(silence(1));
    assertEquals(await first.ended, { code: UNAVAILABLE, details: "Out for lunch." });
    assertEquals(await second.ended, "end");
    assertEquals(emulator.streams.map(({ ended }) => ended), ["server", "server"]);
    assertEquals(emulator.streams[0]!.audio.length, 5 * FRAME_BYTES);
  });

  it("breaks one stream and leaves its connection", async () => {
    emulator.faults.nextStreams({ atFrame: 1, do: "rst" });
    const [broken, well] = [await openStream(), await openStream()];
    broken.write(silence(1));
    assertEquals(codeOf(await broken.ended), 13);
    well.write(emulator.say(TEXT));
    await well.until(({ finals }) => finals.length > 0);
    assertEquals(emulator.openStreams, 1);
  });

  it("lets one stream hang, whose audio is still taken", async () => {
    emulator.faults.nextStreams({ atFrame: 1, do: "hang" });
    const [mute, well] = [await openStream(), await openStream()];
    const audio = emulator.say(TEXT);
    mute.write(audio);
    well.write(audio);
    await well.until(({ finals }) => finals.length > 0);
    await pause(50);
    assertEquals(mute.finals, []);
    assertEquals(emulator.streams[0]!.audio.length, audio.length);
  });
});

describe("GoogleEmulator.faults", () => {
  it("fails and delays unary requests in their order, and spares probes", async () => {
    emulator.faults.nextUnary({ code: 8, message: "Quota." }, { delayMs: 200 });
    assertEquals(codeOf(await client.recognize(new Uint8Array())), 3);
    assertEquals(await client.recognize(silence(1)), { code: 8, details: "Quota." });
    assertEquals(codeOf(await client.recognize(silence(1), 100)), DEADLINE_EXCEEDED);
    assertEquals(await client.recognize(silence(1)), []);
  });

  it("fails everything so while `always` says it", async () => {
    emulator.faults.always = { code: 8, message: "Quota exceeded." };
    const quota = { code: 8, details: "Quota exceeded." };
    assertEquals(await client.recognize(new Uint8Array()), quota);
    assertEquals(await client.stream().ended, quota);
    emulator.faults.always = undefined;
    assertEquals(await client.recognize(silence(1)), []);
  });

  it("sends everything later by replyDelayMs", async () => {
    await client.recognize(silence(1));
    emulator.faults.replyDelayMs = 200;
    const fromMs = performance.now();
    await client.recognize(new Uint8Array());
    assertGreaterOrEqual(performance.now() - fromMs, 195);
  });
});

describe("GoogleEmulator.goDown()", () => {
  it("breaks connections and refuses new ones until it comes back at the same port", async () => {
    const { port } = emulator.endpoint;
    const stream = await openStream();
    await emulator.goDown();
    assertEquals(codeOf(await stream.ended), UNAVAILABLE);
    assertEquals(codeOf(await askAnew()), UNAVAILABLE);
    while (emulator.openStreams > 0) await pause(5);
    assertEquals(emulator.streams[0]!.ended, "cancelled");
    await emulator.comeBack();
    assertEquals([await askAnew(), emulator.endpoint.port], [[], port]);
  });
});

describe("GoogleEmulator.blackHole()", () => {
  it("takes connections and never answers until it comes back", async () => {
    const stream = await openStream();
    await emulator.blackHole();
    assertEquals(codeOf(await stream.ended), UNAVAILABLE);
    const socket = await Deno.connect({ hostname: "127.0.0.1", port: emulator.endpoint.port });
    socket.close();
    assertEquals(codeOf(await askAnew(300)), DEADLINE_EXCEEDED);
    await emulator.comeBack();
    assertEquals(await askAnew(), []);
  });
});

describe("GoogleEmulator.hang()", () => {
  it("answers nothing on connections that stay, and sends what it held back", async () => {
    const stream = await openStream();
    emulator.hang();
    stream.write(emulator.say(TEXT));
    assertEquals(codeOf(await client.recognize(silence(1), 200)), DEADLINE_EXCEEDED);
    assertEquals([stream.responses.length, emulator.openStreams], [0, 1]);
    await emulator.comeBack();
    await stream.until(({ finals }) => finals.length > 0);
    assertEquals(stream.finals, [TEXT]);
    assert((await client.recognize(silence(1))) instanceof Array);
  });
});

describe("GoogleEmulator.close()", () => {
  it("leaves nothing behind, with answers outstanding and connections open", async () => {
    const stream = await openStream();
    emulator.faults.replyDelayMs = 60_000;
    stream.write(emulator.say(TEXT));
    const asked = client.recognize(silence(1));
    while (emulator.requests.length === 0) await pause(5);
    await emulator.close();
    assertEquals(codeOf(await stream.ended), UNAVAILABLE);
    assertEquals(codeOf(await asked), UNAVAILABLE);
  });
});
