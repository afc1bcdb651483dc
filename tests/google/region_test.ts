/** Calls in a language that the configured region does not serve: two endpoints, with the real client. */
import { assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SystemClock } from "shared/clock/system_clock.ts";
import { ConnectionPool } from "shared/speech/google/recognition/connection_pool.ts";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import { GoogleRecognizer } from "shared/speech/google/recognition/google_recognizer.ts";
import { RecognizerChain } from "shared/speech/chain/recognizer_chain.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { LiveCaller } from "./live_caller.ts";

const TEXT = "שלום מדבר דני";

let emulators: { readonly region: GoogleEmulator; readonly default: GoogleEmulator };
let chain: RecognizerChain;
let warnings: string[];
let outages: unknown[];

beforeEach(async () => {
  const timing = { partialAfterMs: 100, finalAfterMs: 200, lexicon: [TEXT] };
  const [region, byDefault] = await Promise.all([
    GoogleEmulator.start({ ...timing, languages: ["en-US"] }),
    GoogleEmulator.start(timing),
  ]);
  emulators = { region, default: byDefault };
  warnings = [];
  outages = [];
});

afterEach(async () => {
  await chain.close();
  await Promise.all(Object.values(emulators).map((emulator) => emulator.close()));
});

/** A chain of Google alone, whose region and default endpoint have hosts of their own. */
async function open(streaming: boolean): Promise<void> {
  const clock = new SystemClock();
  const poolOf = ({ endpoint, credentials }: GoogleEmulator) =>
    new ConnectionPool({ clock, connect: googleConnections(endpoint, credentials) });
  const connections = { region: poolOf(emulators.region), default: poolOf(emulators.default) };
  const recognizer = new GoogleRecognizer({
    clock,
    connections,
    warm: () => connections.region.open(1),
    closeConnections: async () => {
      await Promise.all([connections.region.close(), connections.default.close()]);
    },
    model: "default",
    useEnhanced: true,
    batchMs: 40,
    streaming,
    onWarning: (message) => warnings.push(message),
  });
  chain = new RecognizerChain({
    engines: [{ key: "google", recognizer }],
    onChange: (change) => outages.push(change),
  });
  await chain.open();
}

/** One call. @returns its errors. */
async function assertHeard(language: string): Promise<string[]> {
  const caller = new LiveCaller(chain, language);
  caller.say(TEXT);
  await caller.untilFinal(TEXT);
  caller.hangUp();
  return caller.errors;
}

function assertWarnedOnce(): void {
  const [warning, ...others] = warnings;
  assertMatch(warning ?? "none", /^google-stt: the configured region refuses he-IL: .*default/);
  assertEquals([others, outages], [[], []]);
}

describe("GoogleRecognizer in a region that does not serve the language", () => {
  it("goes to the default endpoint in the first call, and there at once from then on", async () => {
    await open(true);
    const { region, default: byDefault } = emulators;
    const streams = () => [region.streams.length, byDefault.streams.length];
    await assertHeard("he-IL");
    assertEquals(streams(), [1, 1]);
    assertEquals(await assertHeard("he-IL"), []);
    assertEquals(streams(), [1, 2]);
    assertEquals(await assertHeard("en-US"), []);
    assertEquals(streams(), [2, 2]);
    assertWarnedOnce();
  });

  it("does the same for whole utterances", async () => {
    await open(false);
    /** Checks have no audio. */
    const utterances = ({ requests }: GoogleEmulator) =>
      requests.filter(({ request }) =>
        (request as { audio: { content: Uint8Array } }).audio.content?.length > 0
      ).length;
    const asked = () => [utterances(emulators.region), utterances(emulators.default)];
    assertEquals(await assertHeard("he-IL"), []);
    assertEquals(asked(), [1, 1]);
    assertEquals(await assertHeard("he-IL"), []);
    assertEquals(asked(), [1, 2]);
    assertWarnedOnce();
  });
});
