import type { Edge } from "services/ws-edge/edge.ts";
import { callControlNote, missingForTwilio } from "services/ws-edge/start_notes.ts";
import type { Configuration } from "./configuration.ts";
import type { Engines } from "./engines.ts";

/** What somebody who has just started Kav needs to know: where to point Twilio, and what is missing. */
export function startNotes(
  edge: Pick<Edge, "publicUrl" | "validates" | "port">,
  configuration: Configuration,
  engines: Pick<Engines, "missing">,
): string[] {
  const notes = [
    "Kav is ready.",
    `  Webhook to configure at Twilio ("A call comes in", HTTP POST): ${edge.publicUrl}/twilio/voice`,
    ...configuration.businesses.map(({ name, called_numbers }) =>
      `  Answers for ${name}: ${called_numbers.join(", ")}`
    ),
    `  Health: http://127.0.0.1:${edge.port}/readyz   metrics: http://127.0.0.1:${edge.port}/metrics`,
    `  ${callControlNote(configuration.edge)}`,
  ];
  const missing = [...missingForTwilio(edge, configuration.edge), ...engines.missing];
  if (missing.length > 0) notes.push("Missing:", ...missing.map((what) => `  - ${what}`));
  return notes;
}
