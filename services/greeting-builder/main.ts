import { speakingSettings } from "shared/runtime/engines/engine_settings.ts";
import {
  googleProblems,
  requireGoogleAccess,
} from "shared/runtime/engines/google_credentials_file.ts";
import { chooseSynthesizers } from "shared/runtime/engines/synthesizers.ts";
import { runStandalone } from "shared/runtime/standalone/standalone.ts";
import { builderSettings } from "./config.ts";
import { startGreetingBuilder } from "./greeting_builder.ts";

/** `deno task greetings`: renders greetings ahead of calls. */
if (import.meta.main) {
  const code = await runStandalone({
    name: "greeting-builder",
    user: "greetings",
    about: "renders greetings ahead of calls, and serves the API of businesses.",
    settings: { ...builderSettings, ...speakingSettings },
    problems: googleProblems,
    start: async (parts) => {
      const { settings, stores: { phrases }, businesses: [{ language }] } = parts;
      const google = requireGoogleAccess(settings);
      const { synthesizer } = chooseSynthesizers({ ...parts, google, phrases, language });
      await synthesizer.open();
      const { adminToken, rendersPerMinute } = settings;
      const service = startGreetingBuilder({
        ...parts,
        synthesizer,
        adminToken,
        rendersPerMinute,
      });
      const { routes } = service;
      return { service, routes, close: () => synthesizer.close() };
    },
  }, { args: Deno.args, getEnv: (name) => Deno.env.get(name), print: (line) => console.log(line) });
  Deno.exit(code);
}
