/** The streams that Kav needs: made by `deploy/nats/init` with the admin user, only verified by the services. */
import type { StreamSpec } from "./stream_spec.ts";
import { ALL_CALL_EVENTS, ALL_PROMPT_CHANGES } from "./subjects.ts";

const DAY_MS = 24 * 3_600_000;
const MIB = 1024 * 1024;

/** Prompt changes, until greeting-builder has rendered them. */
export const PROMPTS = { stream: "KAV_PROMPTS", durable: "greeting-builder" } as const;
/** Calls started and ended, for whoever counts or bills them. */
export const CALLS = { stream: "KAV_CALLS" } as const;

export const KAV_STREAMS: readonly StreamSpec[] = [
  {
    name: PROMPTS.stream,
    subjects: [ALL_PROMPT_CHANGES],
    maxMessages: 100_000,
    maxAgeMs: 7 * DAY_MS,
    maxBytes: 64 * MIB,
    // The builder of a change that has died is given up soon; how often a change comes again is for builders to say.
    consumers: [{ durable: PROMPTS.durable, ackWaitMs: 10_000 }],
  },
  {
    name: CALLS.stream,
    subjects: [ALL_CALL_EVENTS],
    maxMessages: 1_000_000,
    maxAgeMs: 7 * DAY_MS,
    maxBytes: 512 * MIB,
  },
];
