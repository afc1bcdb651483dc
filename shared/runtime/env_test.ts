import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { choice, describeSettings, flag, int, readSettings, secret, text, url } from "./env.ts";

const SPEC = {
  txQueueFrames: int({
    name: "TX_QUEUE_FRAMES",
    meaning: "Frames that may wait for the paced sender",
    unit: "frames",
    default: 120,
    min: 100,
    max: 150,
    why: "more hides lag, it does not remove it",
  }),
  batchMs: int({
    name: "STT_BATCH_MS",
    aliases: ["BATCH_MS"],
    meaning: "Audio sent to the recognizer at once",
    unit: "ms",
    default: 40,
    min: 20,
    max: 400,
    advised: [40, 80],
  }),
  logText: flag({ name: "LOG_TEXT", meaning: "Log callers' words", default: false }),
  language: text({
    name: "GCP_STT_LANGUAGE",
    meaning: "Language to recognise",
    default: "he-IL",
    pattern: /^[a-z]{2}(-[A-Z]{2})?$/,
    patternHint: "a language as he-IL",
  }),
  validate: choice({
    name: "TWILIO_VALIDATE",
    meaning: "Check signatures",
    options: ["auto", "on", "off"],
    default: "auto",
  }),
  adminToken: secret({ name: "ADMIN_TOKEN", meaning: "Key of the API" }),
  redisUrl: url({ name: "REDIS_URL", meaning: "The store", protocols: ["redis", "rediss"] }),
  llmUrl: url({
    name: "LLM_BASE_URL",
    meaning: "The model",
    default: "http://127.0.0.1:8000/v1",
    protocols: ["http", "https"],
  }),
};

const read = (env: Record<string, string>) => readSettings(SPEC, (name) => env[name]);

function problemsOf(env: Record<string, string>): string[] {
  const result = read(env);
  return result.ok ? [] : result.problems;
}

describe("readSettings()", () => {
  it("gives every default when nothing is set", () => {
    assertEquals(read({}), {
      ok: true,
      values: {
        txQueueFrames: 120,
        batchMs: 40,
        logText: false,
        language: "he-IL",
        validate: "auto",
        adminToken: undefined,
        redisUrl: undefined,
        llmUrl: "http://127.0.0.1:8000/v1",
      },
      warnings: [],
    });
  });

  it("gives what is set, typed, and leaves other variables alone", () => {
    const result = read({
      TX_QUEUE_FRAMES: " 150 ",
      BATCH_MS: "60",
      LOG_TEXT: "ON",
      GCP_STT_LANGUAGE: "en",
      TWILIO_VALIDATE: "off",
      ADMIN_TOKEN: "s3cret",
      REDIS_URL: "redis://:pw@127.0.0.1:6379/0",
      TX_QUEUE_FRAME: "a name that no setting has",
    });
    if (!result.ok) throw new Error(result.problems.join());
    const { txQueueFrames, batchMs, logText, language, validate, adminToken, redisUrl } =
      result.values;
    const typed: [number, number, boolean, string, "auto" | "on" | "off"] = [
      txQueueFrames,
      batchMs,
      logText,
      language,
      validate,
    ];
    assertEquals(typed, [150, 60, true, "en", "off"]);
    assertEquals([adminToken, redisUrl], ["s3cret", "redis://:pw@127.0.0.1:6379/0"]);
  });

  it("takes a blank value as not set", () => {
    assertEquals(read({ TX_QUEUE_FRAMES: "", ADMIN_TOKEN: "  " }), read({}));
  });

  it("names every problem at once, with range, value and reason", () => {
    assertEquals(
      problemsOf({
        TX_QUEUE_FRAMES: "500",
        LOG_TEXT: "perhaps",
        GCP_STT_LANGUAGE: "Hebrew (IL)",
        TWILIO_VALIDATE: "ON",
        REDIS_URL: "http://:pw@127.0.0.1",
      }),
      [
        "TX_QUEUE_FRAMES: 100 to 150 frames, received 500: more hides lag, it does not remove it",
        "LOG_TEXT: on or off (true, false, 1, 0), received perhaps",
        'GCP_STT_LANGUAGE: a language as he-IL, received "Hebrew (IL)"',
        "TWILIO_VALIDATE: auto, on, off, received ON",
        "REDIS_URL: an address beginning with redis:// or rediss://, received http://********@127.0.0.1",
      ],
    );
  });

  it("refuses a number that is not whole, not decimal, or not a number", () => {
    for (const raw of ["120.5", "0x70", "1e2", "ten", "120 frames", "Infinity", "--120"]) {
      assertEquals(problemsOf({ TX_QUEUE_FRAMES: raw }).length, 1, raw);
    }
  });

  it("accepts both ends of a range and refuses one beyond", () => {
    for (const [raw, problems] of [["99", 1], ["100", 0], ["150", 0], ["151", 1]] as const) {
      assertEquals(problemsOf({ TX_QUEUE_FRAMES: raw }).length, problems, raw);
    }
  });

  it("names the alias when it is the alias that is wrong", () => {
    assertEquals(problemsOf({ BATCH_MS: "5" }), ["BATCH_MS: 20 to 400 ms, received 5"]);
  });

  it("refuses a name and its alias with different values, and takes them with the same", () => {
    assertEquals(problemsOf({ STT_BATCH_MS: "40", BATCH_MS: "60" }), [
      "STT_BATCH_MS: the same setting as BATCH_MS, so both must agree, received 40 and 60",
    ]);
    assertEquals(problemsOf({ STT_BATCH_MS: "60", BATCH_MS: "60" }), []);
  });

  it("warns outside the field's advice, and not at its ends", () => {
    const warnings = (ms: string) => {
      const result = read({ BATCH_MS: ms });
      return result.ok ? result.warnings : result.problems;
    };
    assertEquals(warnings("100"), ["BATCH_MS: 40 to 80 ms is advised, received 100"]);
    assertEquals([warnings("40"), warnings("80")], [[], []]);
  });

  it("keeps an address as written and refuses what is none", () => {
    const result = read({ LLM_BASE_URL: "https://Example.test/v1/" });
    assertEquals(result.ok && result.values.llmUrl, "https://Example.test/v1/");
    for (const raw of ["127.0.0.1:8000", "http://", "ftp://127.0.0.1"]) {
      assertEquals(problemsOf({ LLM_BASE_URL: raw }).length, 1, raw);
    }
  });
});

describe("int()", () => {
  it("refuses a default outside its own range", () => {
    assertThrows(
      () => int({ name: "X", meaning: "", default: 1, min: 2, max: 3 }),
      RangeError,
      "Cannot define X: the default must lie in 2 to 3, received 1",
    );
  });
});

describe("describeSettings()", () => {
  const rows = describeSettings(SPEC, (name) =>
    ({
      BATCH_MS: "5000",
      ADMIN_TOKEN: "s3cret",
      REDIS_URL: "redis://kav:pw@127.0.0.1:6379",
    })[name]);
  const row = (name: string) => rows.find((one) => one.name === name);

  it("tells name, aliases, meaning, range, default and what is set, right or wrong", () => {
    assertEquals(row("STT_BATCH_MS"), {
      name: "STT_BATCH_MS",
      aliases: ["BATCH_MS"],
      meaning: "Audio sent to the recognizer at once",
      range: "20 to 400 ms",
      default: "40",
      current: "5000",
    });
    assertEquals(row("LOG_TEXT")?.default, "off");
    assertEquals(row("LOG_TEXT")?.current, undefined);
  });

  it("masks secrets and passwords in addresses", () => {
    assertEquals(row("ADMIN_TOKEN")?.current, "********");
    assertEquals(row("REDIS_URL")?.current, "redis://********@127.0.0.1:6379");
    assertEquals(/s3cret|:pw/.test(JSON.stringify(rows)), false);
  });

  it("has one row per setting, in the order of the spec", () => {
    assertEquals(rows.map(({ name }) => name), Object.values(SPEC).map(({ name }) => name));
  });
});
