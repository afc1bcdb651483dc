import { NatsBus } from "shared/bus/nats_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { chooseSynthesizer } from "shared/speech/embedded_synthesizer.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import { RedisStores } from "shared/store/redis_stores.ts";
import type { Configuration } from "../configuration.ts";
import { type DemoResult, runDemo } from "../demo/demo_call.ts";
import { inboxPrefix } from "../nats/users.ts";
import type { UpOutput } from "./up_output.ts";
import type { Up } from "./up_system.ts";

const SPEECH_LIMIT_MS = 30_000;

/**
 * Places the demo call through what runs. It is looked at as anybody may: telemetry as the user `tap`, the
 * conversation in Redis.
 */
export async function placeDemoCall(
  up: Up,
  { businesses: [business], edge }: Configuration,
  output: UpOutput,
): Promise<DemoResult> {
  const clock = new SystemClock();
  const { language, voice } = business;
  await using opened = new AsyncDisposableStack();
  const synthesizer = opened.adopt(chooseSynthesizer(output.progress), (it) => it.close());
  await synthesizer.open();
  const stores = opened.adopt(
    await RedisStores.connect({ url: up.redis.url, clock, onEvent: () => {} }),
    (it) => it.close(),
  );
  const bus = opened.adopt(
    await NatsBus.connect({
      servers: [up.nats.url],
      name: "demo-call",
      user: "tap",
      password: up.passwords.tap,
      inboxPrefix: inboxPrefix("tap"),
      clock,
      onEvent: (event) => {
        if (event.kind === "refused") output.progress(event.message);
      },
      onError: (error, subject) => output.progress(`${subject}: ${error}`),
    }),
    (it) => it.close(),
  );
  const { conversations } = stores;
  return await runDemo({
    webhook: up.webhook,
    ...edge.twilioAuthToken === undefined ? {} : { authToken: edge.twilioAuthToken },
    ...{ business, bus, conversations },
    speak: (text) =>
      renderSpeech(synthesizer, { text, language, voice }, AbortSignal.timeout(SPEECH_LIMIT_MS)),
    recognition: PocketSphinxRecognizer.available() === true,
    fullQueueWarnings: () => output.fullQueueWarnings,
    print: output.print,
  });
}
