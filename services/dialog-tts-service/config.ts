import { int, type SettingsOf } from "shared/runtime/env.ts";

/** What the dialog service reads from its environment. How far it may send ahead comes with each call. */
export const dialogSettings = {
  replyRefractoryMs: int({
    name: "REPLY_REFRACTORY_MS",
    meaning: "Two replies never start within this time",
    unit: "ms",
    default: 1_100,
    min: 0,
    max: 5_000,
  }),
  dialogCapacity: int({
    name: "DIALOG_CAPACITY",
    meaning: "Calls this instance talks to at once; with more it takes no further offer",
    unit: "calls",
    default: 200,
    min: 1,
    max: 800,
    why: "a heartbeat names all calls in one message",
  }),
};

export type DialogSettings = SettingsOf<typeof dialogSettings>;
