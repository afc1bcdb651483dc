import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readSettings } from "../env.ts";
import { listeningSettings, speakingSettings } from "./engine_settings.ts";

const SPEC = { ...listeningSettings, ...speakingSettings };
const read = (env: Record<string, string>) => readSettings(SPEC, (name) => env[name]);

describe("engine settings", () => {
  it("do without Google, and have the field's values, when nothing is set", () => {
    assertEquals(read({}), {
      ok: true,
      values: {
        googleCredentialsFile: "",
        gcpMetadataCredentials: false,
        gcpTlsCaFile: "",
        engineFailures: 3,
        engineRetryMs: 10_000,
        enginePatienceMs: 800,
        enableStreamingStt: true,
        gcpSttModel: "default",
        gcpSttEnhanced: true,
        gcpSttLanguage: "",
        gcpSttRegion: "",
        gcpSttEndpoint: "",
        gcpTtsEndpoint: "",
        gcpTtsStreaming: false,
        gcpTtsTimeoutMs: 5_000,
        phraseCacheMb: 32,
      },
      warnings: [],
    });
  });

  for (
    const [name, taken, refused] of [
      ["GCP_STT_LANGUAGE", ["he-IL", "iw-IL", "yue-Hant-HK", "en"], ["Hebrew", "he_IL", "HE"]],
      ["GCP_STT_REGION", ["eu", "us", "europe-west4"], ["EU", "eu.", "-eu", "eu/x"]],
      ["GCP_STT_MODEL", ["default", "phone_call", "chirp_2"], ["phone-call", "a b", "Default"]],
      [
        "GCP_STT_ENDPOINT",
        ["localhost:1234", "eu-speech.googleapis.com:443"],
        ["localhost", "https://localhost:1", "localhost:0", "localhost:123456", ":443"],
      ],
      ["GCP_TTS_ENDPOINT", ["localhost:1"], ["localhost", "localhost:x"]],
      ["GCP_TTS_TIMEOUT_MS", ["500", "20000"], ["499", "20001"]],
      ["PHRASE_CACHE_MB", ["0", "512"], ["-1", "513"]],
      ["ENGINE_FAILURES", ["1", "20"], ["0", "21"]],
      ["ENGINE_RETRY_MS", ["1000", "60000"], ["999", "60001"]],
      ["ENGINE_PATIENCE_MS", ["200", "5000"], ["199", "5001"]],
    ] as const
  ) {
    it(`take ${name} within its range only`, () => {
      for (const raw of taken) assertEquals(read({ [name]: raw }).ok, true, raw);
      for (const raw of refused) assertEquals(read({ [name]: raw }).ok, false, raw);
    });
  }
});
