import { int, secret, type SettingsOf } from "shared/runtime/env.ts";

/** What the greeting builder reads from its environment. */
export const builderSettings = {
  adminToken: secret({
    name: "ADMIN_TOKEN",
    meaning: "Bearer token of the API of businesses; unset: the API refuses everybody",
    minLength: 16,
    why: "who guesses it owns every greeting and transfer",
  }),
  rendersPerMinute: int({
    name: "GREETING_RENDERS_PER_MINUTE",
    meaning: "Greetings this instance has rendered at most; ten seconds' worth may be at once",
    unit: "greetings",
    default: 300,
    min: 6,
    max: 6_000,
    why: "synthesizers have quotas, which callers share",
  }),
};

export type BuilderSettings = SettingsOf<typeof builderSettings>;
