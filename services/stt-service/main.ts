import { listeningSettings } from "shared/runtime/engines/engine_settings.ts";
import {
  googleProblems,
  requireGoogleAccess,
} from "shared/runtime/engines/google_credentials_file.ts";
import { chooseRecognizers } from "shared/runtime/engines/recognizers.ts";
import { runStandalone } from "shared/runtime/standalone/standalone.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { sttSettings } from "./config.ts";
import { startStt } from "./stt.ts";

/** `deno task stt`: listens to calls. */
if (import.meta.main) {
  const code = await runStandalone({
    name: "stt-service",
    user: "stt",
    about: "listens to calls: takes callers' audio from the bus and publishes what was said.",
    settings: { ...sttSettings, ...listeningSettings },
    problems: googleProblems,
    start: async (parts) => {
      const { settings, log } = parts;
      const { sttDecoders: decoders, batchMs } = settings;
      const google = requireGoogleAccess(settings);
      const { recognizer, missing } = chooseRecognizers({ ...parts, google, decoders, batchMs });
      for (const what of missing) log.warn(`missing: ${what}`);
      await recognizer.open();
      const service = await startStt({ ...parts, recognizer, vads: await FvadFactory.load() });
      return { service, close: () => recognizer.close() };
    },
  }, { args: Deno.args, getEnv: (name) => Deno.env.get(name), print: (line) => console.log(line) });
  Deno.exit(code);
}
