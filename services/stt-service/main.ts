import { runStandalone } from "shared/runtime/standalone/standalone.ts";
import { chooseRecognizer } from "shared/speech/embedded_recognizer.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { sttSettings } from "./config.ts";
import { startStt } from "./stt.ts";

/** `deno task stt`: listens to calls. */
if (import.meta.main) {
  const code = await runStandalone({
    name: "stt-service",
    user: "stt",
    about: "listens to calls: takes callers' audio from the bus and publishes what was said.",
    settings: sttSettings,
    start: async (parts) => {
      const { sttDecoders: decoders, batchMs } = parts.settings;
      const onWarning = (message: string) => parts.log.warn(message);
      const { recognizer, missing } = chooseRecognizer({ decoders, batchMs, onWarning });
      if (missing) parts.log.warn(`missing: ${missing}`);
      await recognizer.open();
      const service = await startStt({ ...parts, recognizer, vads: await FvadFactory.load() });
      return { service, close: () => recognizer.close() };
    },
  }, { args: Deno.args, getEnv: (name) => Deno.env.get(name), print: (line) => console.log(line) });
  Deno.exit(code);
}
