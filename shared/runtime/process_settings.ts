import { choice, flag, int, text } from "./env.ts";

/** From wherever it is started. */
const DEMO_FILE = decodeURIComponent(
  new URL("../../deploy/businesses/demo.yaml", import.meta.url).pathname,
);

/** What is read once for the whole process, whatever services it holds. */
export const processSettings = {
  businessFile: text({
    name: "BUSINESS_FILE",
    meaning: "Businesses to answer for; the first also takes unknown numbers",
    default: DEMO_FILE,
  }),
  logText: flag({
    name: "LOG_TEXT",
    meaning: "Show callers' words, numbers and digits in logs and telemetry: personal data",
    default: false,
  }),
  logLevel: choice({
    name: "LOG_LEVEL",
    meaning: "Lowest level that is logged",
    options: ["debug", "info", "warn", "error"] as const,
    default: "info",
  }),
  drainTimeoutMs: int({
    name: "DRAIN_TIMEOUT_MS",
    meaning: "After SIGTERM, how long calls may take to end",
    unit: "ms",
    default: 300_000,
    min: 0,
    max: 3_600_000,
  }),
};
