import {
  choice,
  type GetEnv,
  int,
  readSettings,
  secret,
  type SettingsOf,
  text,
  url,
} from "shared/runtime/env.ts";
import { type ValidationPolicy, validationPolicy } from "./validation_policy.ts";

const HIDES_LAG = "more hides lag, it does not remove it; less drops speech at the first stall";

/** What the edge reads from its environment. Design: every queue is bounded, within these ranges. */
export const edgeSettings = {
  port: int({
    name: "PORT",
    meaning: "Webhook and streams listen here",
    default: 8080,
    min: 0,
    max: 65_535,
  }),
  publicUrl: text({
    name: "PUBLIC_URL",
    meaning: "Origin under which Twilio reaches this server; empty: http://127.0.0.1:PORT",
    default: "",
    pattern: /^(https?:\/\/[^/\s?#]+\/?)?$/,
    patternHint: "an origin as https://voice.example.com",
  }),
  twilioAccountSid: text({
    name: "TWILIO_ACCOUNT_SID",
    meaning: "Calls of other accounts are refused; empty: any account",
    default: "",
    pattern: /^(AC[0-9a-fA-F]{32})?$/,
    patternHint: "AC and 32 hex digits",
  }),
  twilioAuthToken: secret({
    name: "TWILIO_AUTH_TOKEN",
    meaning: "Key of Twilio's request signatures",
  }),
  twilioValidate: choice({
    name: "TWILIO_VALIDATE",
    meaning:
      "Check signatures; auto: on when a token is set; off only while PUBLIC_URL is loopback",
    options: ["auto", "on", "off"] as const,
    default: "auto",
  }),
  twilioApiUrl: url({
    name: "TWILIO_API_URL",
    meaning:
      "Twilio's REST, asked to end or connect calls when TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are set",
    default: "https://api.twilio.com",
    protocols: ["https", "http"],
  }),
  streamTokenSecret: secret({
    name: "STREAM_TOKEN_SECRET",
    meaning:
      "Key of the one-use stream paths, shared by all edges; unset: a random one per process",
  }),
  rxQueueFrames: int({
    name: "RX_QUEUE_FRAMES",
    meaning: "Caller's frames kept until recognition takes the call",
    unit: "frames",
    default: 200,
    min: 100,
    max: 250,
    why: HIDES_LAG,
  }),
  rxReplayFrames: int({
    name: "RX_REPLAY_FRAMES",
    meaning: "Caller's last frames kept in a ring; nothing waits in it",
    unit: "frames",
    default: 500,
    min: 250,
    max: 1_500,
  }),
  txQueueFrames: int({
    name: "TX_QUEUE_FRAMES",
    meaning: "Frames waiting for their deadline",
    unit: "frames",
    default: 120,
    min: 100,
    max: 150,
    why: HIDES_LAG,
  }),
  sendQueueFrames: int({
    name: "SEND_QUEUE_FRAMES",
    meaning: "Frames written to Twilio and not yet confirmed by a mark",
    unit: "frames",
    default: 144,
    min: 100,
    max: 192,
    advised: [100, 160],
    why: HIDES_LAG,
  }),
  txWindowFrames: int({
    name: "TX_WINDOW_FRAMES",
    meaning: "Frames a producer may have waiting at the edge",
    unit: "frames",
    default: 9,
    min: 5,
    max: 18,
  }),
  txLeadFrames: int({
    name: "TX_LEAD_FRAMES",
    meaning: "Frames sent ahead at the start of an utterance, so that a short stall is not heard",
    unit: "frames",
    default: 2,
    min: 0,
    max: 5,
  }),
};

export type EdgeSettings = SettingsOf<typeof edgeSettings>;

/** Whether signatures are checked with these settings; a problem where that would be unsafe. */
export function signaturePolicy(
  settings: Pick<EdgeSettings, "publicUrl" | "twilioAuthToken" | "twilioValidate">,
): ValidationPolicy {
  return validationPolicy({
    publicUrl: settings.publicUrl || "http://127.0.0.1",
    authToken: settings.twilioAuthToken,
    validate: settings.twilioValidate === "auto" ? undefined : settings.twilioValidate,
  });
}

/** What is wrong with the policy: looked at even where other settings are, so that nothing is left for a second try. */
export function signatureProblems(get: GetEnv): readonly string[] {
  const { publicUrl, twilioAuthToken, twilioValidate } = edgeSettings;
  const result = readSettings({ publicUrl, twilioAuthToken, twilioValidate }, get);
  if (!result.ok) return [];
  const policy = signaturePolicy(result.values);
  return policy.ok ? [] : [policy.problem];
}
