/** The failures that the recognizer finds by itself. */
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { googleFailure, ownFailure, SPEECH_TO_TEXT } from "../google_failure.ts";

/** No place on a connection in time: nobody is there. */
export function notOpened(limitMs: number): EngineFailure {
  return new EngineFailure({
    engine: SPEECH_TO_TEXT.engine,
    kind: "unreachable",
    code: "DEADLINE_EXCEEDED (4)",
    details: `No stream could be opened within ${limitMs} ms`,
    advice: `Check the network: DNS, proxy, and the firewall for ${SPEECH_TO_TEXT.api}, port 443`,
  });
}

/** Somebody is there, but does not do the work. */
export function stuck(details: string): EngineFailure {
  return ownFailure(SPEECH_TO_TEXT, "DEADLINE_EXCEEDED", details);
}

/** Whatever was thrown, as a failure. */
export function asFailure(error: unknown): EngineFailure {
  return googleFailure(SPEECH_TO_TEXT, error);
}
