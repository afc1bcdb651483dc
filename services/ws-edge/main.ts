import { listenOn } from "shared/runtime/standalone/listen_on.ts";
import { runStandalone } from "shared/runtime/standalone/standalone.ts";
import { edgeSettings, signatureProblems } from "./config.ts";
import { startEdge } from "./edge.ts";
import { callControlNote, missingForTwilio } from "./start_notes.ts";

/** `deno task edge`: answers Twilio, whether or not anything else runs. */
if (import.meta.main) {
  const code = await runStandalone({
    name: "ws-edge",
    user: "edge",
    about: "answers Twilio's webhook and streams, and sends callers what the dialog says.",
    settings: edgeSettings,
    problems: signatureProblems,
    start: (parts) => {
      const edge = listenOn(
        { name: "PORT", port: parts.settings.port },
        () => startEdge({ ...parts, hostname: "0.0.0.0" }),
      );
      for (const what of missingForTwilio(edge, parts.settings)) parts.log.warn(`missing: ${what}`);
      parts.log.info(callControlNote(parts.settings));
      const webhook = `http://127.0.0.1:${edge.port}`;
      return Promise.resolve({ service: edge, fields: { webhook } });
    },
  }, { args: Deno.args, getEnv: (name) => Deno.env.get(name), print: (line) => console.log(line) });
  Deno.exit(code);
}
