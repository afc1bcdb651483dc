import { stderrWriter } from "shared/runtime/line_log.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import { startAllInOne } from "./all_in_one.ts";
import { runDemo } from "./demo/demo_call.ts";
import { FULL_QUEUE_WARNING, LineCounter } from "./demo/line_counter.ts";
import { finish } from "./demo/verdict_table.ts";
import { chooseEngines } from "./engines.ts";
import { requireConfiguration } from "./require_configuration.ts";

const RECORDING = "demo-call.wav";

/** `deno task demo`: one whole call in this process; the last line is `GO` or `NO-GO`. */
if (import.meta.main) {
  const print = (line: string) => console.log(line);
  // Any free port, and addresses of this machine only: the caller is simulated.
  const configuration = requireConfiguration({ PORT: "0", PUBLIC_URL: "" });
  const [business] = configuration.businesses;
  const engines = await chooseEngines(configuration, console.error);
  for (const what of engines.missing) print(`Missing: ${what}`);
  const fullQueue = new LineCounter(FULL_QUEUE_WARNING, stderrWriter);
  const kav = await startAllInOne({
    configuration,
    engines,
    hostname: "127.0.0.1",
    print,
    writeLog: fullQueue.write,
  });
  const { language, voice } = business;
  const { rows, recording } = await runDemo({
    webhook: `http://127.0.0.1:${kav.edge.port}`,
    ...(kav.edge.validates && { authToken: configuration.edge.twilioAuthToken! }),
    business,
    bus: kav.bus,
    conversations: kav.stores.conversations,
    speak: (text) =>
      renderSpeech(engines.synthesizer, { text, language, voice }, AbortSignal.timeout(30_000)),
    recognition: engines.recognition,
    fullQueueWarnings: () => fullQueue.count,
    print,
  });
  await kav.stop();
  Deno.writeFileSync(RECORDING, recording);
  print(`Both sides of the call: ${RECORDING} (left: caller, right: Kav)`);
  Deno.exit(finish(rows, print));
}
