import { url } from "./env.ts";

/** Where businesses, greetings, conversations and call records are kept. */
export const storeSettings = {
  redisUrl: url({
    name: "REDIS_URL",
    meaning: "Redis that keeps what outlives a process; unset: the process's own memory",
    protocols: ["redis", "rediss"],
  }),
};
