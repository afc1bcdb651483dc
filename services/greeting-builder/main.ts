import { runStandalone } from "shared/runtime/standalone/standalone.ts";
import { chooseSynthesizer } from "shared/speech/embedded_synthesizer.ts";
import { startGreetingBuilder } from "./greeting_builder.ts";

/** `deno task greetings`: renders greetings ahead of calls. */
if (import.meta.main) {
  const code = await runStandalone({
    name: "greeting-builder",
    user: "greetings",
    about: "brings the business file into the store and renders greetings ahead of calls.",
    settings: {},
    start: async (parts) => {
      const synthesizer = chooseSynthesizer((message) => parts.log.warn(message));
      await synthesizer.open();
      const service = startGreetingBuilder({ ...parts, synthesizer });
      return { service, close: () => synthesizer.close() };
    },
  }, { args: Deno.args, getEnv: (name) => Deno.env.get(name), print: (line) => console.log(line) });
  Deno.exit(code);
}
