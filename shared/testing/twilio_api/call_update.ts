import type { CallUpdate } from "shared/testing/fake_twilio/fake_twilio.ts";
import { readTwiml } from "shared/testing/fake_twilio/twiml_reader.ts";

export type UpdateReading =
  | { readonly ok: true; readonly update: CallUpdate }
  | { readonly ok: false; readonly problem: string };

/** Twilio's limit for TwiML in a request. */
const MAX_TWIML_CHARS = 4_000;

/** Reads the form of an update strictly: either `Status=completed` or `Twiml`, and nothing else. */
export function readUpdate(form: string): UpdateReading {
  const params = [...new URLSearchParams(form)];
  const [name, value] = params[0] ?? [];
  if (params.length !== 1 || value === undefined) {
    return { ok: false, problem: `Status or Twiml expected, received ${form}` };
  }
  if (name === "Status" && value === "completed") {
    return { ok: true, update: { kind: "completed" } };
  }
  if (name !== "Twiml") return { ok: false, problem: `${name} cannot be ${value}` };
  if (value.length > MAX_TWIML_CHARS) return { ok: false, problem: "Twiml is too long" };
  const twiml = readTwiml(value);
  return twiml.ok ? { ok: true, update: { kind: "verbs", verbs: twiml.verbs } } : twiml;
}
