import { int, type SettingsOf } from "shared/runtime/env.ts";

/** What the recognition service reads from its environment. */
export const sttSettings = {
  partialDebounceMs: int({
    name: "STT_PARTIAL_DEBOUNCE_MS",
    aliases: ["PARTIAL_DEBOUNCE_MS"],
    meaning: "After the first partial of an utterance, at most one in this time; the latest wins",
    unit: "ms",
    default: 90,
    min: 0,
    max: 1_000,
    advised: [90, 120],
  }),
  batchMs: int({
    name: "STT_BATCH_MS",
    aliases: ["BATCH_MS"],
    meaning: "Audio sent to the recognizer at a time",
    unit: "ms",
    default: 40,
    min: 20,
    max: 200,
    advised: [40, 80],
  }),
  vadHangoverMs: int({
    name: "VAD_HANGOVER_MS",
    meaning: "Silence after the last voiced frame that ends speech",
    unit: "ms",
    default: 180,
    min: 20,
    max: 2_000,
    advised: [180, 220],
  }),
  timeoutMs: int({
    name: "STT_TIMEOUT_MS",
    aliases: ["TIMEOUT_MS"],
    meaning:
      "After the hangover, wait so long for the engine's final; then the partial is promoted",
    unit: "ms",
    default: 320,
    min: 0,
    max: 5_000,
    advised: [320, 450],
  }),
  bargeInMinSpeechMs: int({
    name: "BARGE_IN_MIN_SPEECH_MS",
    meaning: "Caller's speech, from its onset on, that interrupts Kav",
    unit: "ms",
    default: 200,
    min: 100,
    max: 2_000,
    advised: [160, 500],
    why: "less is a click, not speech",
  }),
  sttCapacity: int({
    name: "STT_CAPACITY",
    meaning: "Calls this instance listens to at once; with more it takes no further offer",
    unit: "calls",
    default: 200,
    min: 1,
    max: 800,
    why: "a heartbeat names all calls in one message",
  }),
  sttDecoders: int({
    name: "STT_DECODERS",
    meaning: "Embedded recognizer: callers who can speak at the same moment; others wait",
    unit: "decoders",
    default: 2,
    min: 1,
    max: 8,
    why: "each takes a thread and 29 MB",
  }),
};

export type SttSettings = SettingsOf<typeof sttSettings>;
