import { url } from "shared/runtime/env.ts";
import { builderSettings } from "services/greeting-builder/config.ts";

/** What command lines for people read besides the API's own token. */
export const commandLineSettings = {
  apiUrl: url({
    name: "API_URL",
    meaning: "Business API that command lines use; unset: as deno task up, else 127.0.0.1:8081",
    protocols: ["http", "https"],
  }),
};

const { adminToken } = builderSettings;

/** How the business API is reached. */
export const apiSettings = { ...commandLineSettings, adminToken };
