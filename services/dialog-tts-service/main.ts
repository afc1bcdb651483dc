import { speakingSettings } from "shared/runtime/engines/engine_settings.ts";
import {
  googleProblems,
  requireGoogleAccess,
} from "shared/runtime/engines/google_credentials_file.ts";
import { chooseSynthesizers } from "shared/runtime/engines/synthesizers.ts";
import { runStandalone } from "shared/runtime/standalone/standalone.ts";
import { dialogSettings, languageModelProblems } from "./config.ts";
import { startDialogTts } from "./dialog_tts.ts";

/** `deno task dialog`: greets and answers. */
if (import.meta.main) {
  const code = await runStandalone({
    name: "dialog-tts-service",
    user: "dialog",
    about: "talks with callers: greets, answers, and publishes speech as far as the edge has room.",
    settings: { ...dialogSettings, ...speakingSettings },
    problems: (get, readFile) => [...googleProblems(get, readFile), ...languageModelProblems(get)],
    start: async (parts) => {
      const { settings, stores: { phrases }, businesses: [{ language }] } = parts;
      const google = requireGoogleAccess(settings);
      const chosen = chooseSynthesizers({ ...parts, google, phrases, language });
      const { synthesizer, embedded: lastResort } = chosen;
      await synthesizer.open();
      const service = await startDialogTts({ ...parts, synthesizer, lastResort });
      return { service, close: () => synthesizer.close() };
    },
  }, { args: Deno.args, getEnv: (name) => Deno.env.get(name), print: (line) => console.log(line) });
  Deno.exit(code);
}
