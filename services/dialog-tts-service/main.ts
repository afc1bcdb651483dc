import { runStandalone } from "shared/runtime/standalone/standalone.ts";
import { chooseSynthesizer } from "shared/speech/embedded_synthesizer.ts";
import { dialogSettings } from "./config.ts";
import { startDialogTts } from "./dialog_tts.ts";

/** `deno task dialog`: greets and answers. */
if (import.meta.main) {
  const code = await runStandalone({
    name: "dialog-tts-service",
    user: "dialog",
    about: "talks with callers: greets, answers, and publishes speech as far as the edge has room.",
    settings: dialogSettings,
    start: async (parts) => {
      const synthesizer = chooseSynthesizer((message) => parts.log.warn(message));
      await synthesizer.open();
      const service = await startDialogTts({ ...parts, synthesizer });
      return { service, close: () => synthesizer.close() };
    },
  }, { args: Deno.args, getEnv: (name) => Deno.env.get(name), print: (line) => console.log(line) });
  Deno.exit(code);
}
