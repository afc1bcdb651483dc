import { assertEquals, assertMatch } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { readSettings } from "../env.ts";
import { LineLog } from "../line_log.ts";
import { Metrics } from "../metrics.ts";
import { listeningSettings } from "./engine_settings.ts";
import type { GoogleAccess } from "./google_credentials_file.ts";
import { chooseRecognizers } from "./recognizers.ts";

const GOOGLE: GoogleAccess = { credentials: { type: "metadata" } };
const ABSENT = "libpocketsphinx.so.3 is missing";

let metrics: Metrics;
beforeEach(() => {
  metrics = new Metrics();
});

function choose(google: GoogleAccess | undefined, pocketSphinx: true | string) {
  const settings = readSettings(listeningSettings, () => undefined);
  if (!settings.ok) throw new TypeError(settings.problems.join());
  const clock = new FakeClock();
  return chooseRecognizers({
    settings: settings.values,
    google,
    pocketSphinx,
    decoders: 2,
    batchMs: 40,
    clock,
    log: new LineLog({ write: () => {}, clock }),
    metrics,
  });
}

/** The engines of the chain, as metrics name them. */
async function engines(): Promise<string[]> {
  const text = await metrics.text();
  return [...text.matchAll(/^kav_engine_open\{engine="([^"]+)"\} 0$/gm)].map((row) => row[1]!);
}

describe("chooseRecognizers()", () => {
  it("has Google before PocketSphinx where both can be had", async () => {
    const { recognizer, recognition, missing } = choose(GOOGLE, true);
    assertEquals([recognition, missing], [true, []]);
    assertEquals(await engines(), ["google-stt", "pocketsphinx-stt"]);
    assertEquals(["he-IL", "en-US"].map((it) => recognizer.supports(it)), [true, true]);
    await recognizer.close();
  });

  it("knows nothing of Google without access to it", async () => {
    const { recognizer, recognition, missing } = choose(undefined, true);
    assertEquals([recognition, missing], [true, []]);
    assertEquals(await engines(), ["pocketsphinx-stt"]);
    assertEquals(["he-IL", "en-US"].map((it) => recognizer.supports(it)), [false, true]);
    assertEquals((await metrics.text()).includes("kav_google"), false);
    await recognizer.close();
  });

  it("has Google alone where PocketSphinx is missing, and says what that means", async () => {
    const { recognizer, recognition, missing } = choose(GOOGLE, ABSENT);
    assertEquals([recognition, missing.length], [true, 1]);
    assertMatch(missing[0]!, /^Speech recognition while Google is away: libpocket.* apt-get/);
    assertEquals(await engines(), ["google-stt"]);
    assertMatch(await metrics.text(), /^kav_google_streams 0$/m);
    assertMatch(await metrics.text(), /^kav_google_connections 0$/m);
    await recognizer.close();
  });

  it("leaves callers to their keys where there is nothing, and says how to change that", () => {
    const { recognizer, recognition, missing } = choose(undefined, ABSENT);
    assertEquals([recognizer.name, recognition, missing.length], ["none", false, 1]);
    assertMatch(missing[0]!, /^Speech recognition, so callers can only press keys: .* apt-get/);
  });
});
