import { stderrWriter } from "shared/runtime/line_log.ts";
import { runUntilSignal } from "shared/runtime/run.ts";
import { startAllInOne } from "./all_in_one.ts";
import { chooseEngines } from "./engines.ts";
import { requireConfiguration } from "./require_configuration.ts";
import { startNotes } from "./start_notes.ts";

/** `deno task start`: everything in this process, listening for Twilio until it is told to stop. */
if (import.meta.main) {
  const configuration = requireConfiguration();
  const kav = await startAllInOne({
    configuration,
    chooseEngines,
    hostname: "0.0.0.0",
    print: (line) => console.log(line),
    writeLog: stderrWriter,
  });
  for (const note of startNotes(kav.edge, configuration, kav.engines)) console.log(note);
  const code = await runUntilSignal(kav.services, {
    log: kav.log,
    drainTimeoutMs: configuration.process.drainTimeoutMs,
  });
  await kav.stop();
  Deno.exit(code);
}
