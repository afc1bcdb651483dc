import { stderrWriter } from "shared/runtime/line_log.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import { speakerOf } from "shared/store/business.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { startAllInOne } from "./all_in_one.ts";
import { runDemo } from "./demo/demo_call.ts";
import { DEMO_USAGE, parseDemoArguments } from "./demo/demo_options.ts";
import { withGoogleAt } from "./demo/emulated_google.ts";
import { FULL_QUEUE_WARNING, LineCounter } from "./demo/line_counter.ts";
import { finish } from "./demo/verdict_table.ts";
import { chooseEngines } from "./engines.ts";
import { getEnv } from "./environment.ts";
import { requireConfiguration } from "./require_configuration.ts";

const RECORDING = "demo-call.wav";
/** Of the simulated Google, unless the environment names another. */
const HEBREW_BUSINESS = "deploy/businesses/demo.he.yaml";

/** `deno task demo`: one whole call in this process; the last line is `GO` or `NO-GO`. */
if (import.meta.main) {
  const asked = parseDemoArguments(Deno.args);
  if (asked.kind !== "demo") {
    console.log(asked.kind === "help" ? DEMO_USAGE : `${asked.problem}\n\n${DEMO_USAGE}`);
    Deno.exit(asked.kind === "help" ? 0 : 2);
  }
  const print = (line: string) => console.log(line);
  const emulated = asked.engines === "google-emulator";
  // Any free port, and addresses of this machine only: the caller is simulated.
  const given = requireConfiguration({
    PORT: "0",
    PUBLIC_URL: "",
    ...emulated && !getEnv("BUSINESS_FILE")?.trim() && { BUSINESS_FILE: HEBREW_BUSINESS },
  });
  const google = emulated ? await GoogleEmulator.start() : undefined;
  const configuration = google ? withGoogleAt(google, given) : given;
  const [business] = configuration.businesses;
  const fullQueue = new LineCounter(FULL_QUEUE_WARNING, stderrWriter);
  const kav = await startAllInOne({
    configuration,
    chooseEngines,
    hostname: "127.0.0.1",
    print,
    writeLog: fullQueue.write,
  });
  for (const what of kav.engines.missing) print(`Missing: ${what}`);
  const { rows, recording } = await runDemo({
    webhook: `http://127.0.0.1:${kav.edge.port}`,
    ...(kav.edge.validates && { authToken: configuration.edge.twilioAuthToken! }),
    business,
    bus: kav.bus,
    conversations: kav.stores.conversations,
    speak: (text) =>
      renderSpeech(
        kav.engines.synthesizer,
        { text, ...speakerOf(business) },
        AbortSignal.timeout(30_000),
      ),
    recognition: kav.engines.recognition,
    fullQueueWarnings: () => fullQueue.count,
    print,
  });
  await kav.stop();
  await google?.close();
  Deno.writeFileSync(RECORDING, recording);
  print(`Both sides of the call: ${RECORDING} (left: caller, right: Kav)`);
  Deno.exit(finish(rows, print));
}
