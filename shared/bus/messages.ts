import { z } from "zod";

/**
 * The JSON messages of the bus, checked at the door by these schemas (`decodeJson`).
 *
 * Units: `*_ms` milliseconds, `seq` and counts in frames of 20 ms. `stream_ms` is Twilio's stream time.
 * Epochs belong to one role of one call; a receiver drops what carries an older one.
 */
const u16 = z.int().min(0).max(0xffff);
const u32 = z.int().min(0).max(0xffff_ffff);
const text = z.string().max(8_000);
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 _ -");
const name = z.string().min(1).max(64);
const ms = z.number().min(0);

/** Frames of one utterance: written to Twilio, and played to the caller. */
export const utterancePlay = z.object({ utterance: u16, sent: u32, heard: u32 });

const speechBase = {
  epoch: u16,
  /** Number of this utterance of the caller, from 1 within the epoch. */
  speech: u32,
};
const speechRange = {
  from_seq: u32,
  to_seq: u32,
  onset_ms: u32,
  last_voiced_ms: u32,
};
const finalSpeech = z.object({
  ...speechBase,
  kind: z.literal("final"),
  text,
  ...speechRange,
  promoted: z.boolean(),
});

/** Epochs of one leg, from `leg * EPOCHS_PER_LEG` on; the next leg's begin above. */
export const EPOCHS_PER_LEG = 256;

/** `kav.offer.{stt,dialog}`: who takes this call? With `.{instance}`: will this one? */
export const offer = z.object({
  call: id,
  leg: z.int().min(0).max(255),
  /** The epoch in its role of the worker that takes it. */
  epoch: u16,
  business: id,
  /** Instances that are silent or have failed this call. */
  not: z.array(id).max(64),
  /** Frames the producer may have unsent at the edge. */
  window: z.int().min(1).max(64),
  next_utterance: u16,
  next_seq: u32,
  utterances: z.array(utterancePlay).max(64),
  /** The caller's last finals, so that a dialog can answer what its predecessor has not. */
  heard: z.array(finalSpeech).max(4),
});

export const offerReply = z.discriminatedUnion("took", [
  z.object({ took: z.literal(true), instance: id }),
  z.object({
    took: z.literal(false),
    instance: id,
    reason: z.enum(["draining", "full", "excluded", "unknown_business"]),
  }),
]);

const rxEventBase = { event: u32 };

/** `kav.call.{call}.rx.event`: numbered from 1; the last 64 are sent again on `sync {event}`. */
export const rxEvent = z.discriminatedUnion("kind", [
  z.object({ ...rxEventBase, kind: z.literal("assigned"), stt_epoch: u16, dialog_epoch: u16 }),
  z.object({
    ...rxEventBase,
    kind: z.literal("dtmf"),
    digit: z.string().regex(/^[0-9*#A-D]$/),
    stream_ms: u32,
  }),
  z.object({ ...rxEventBase, kind: z.literal("mark_played"), utterance: u16, name }),
  z.object({ ...rxEventBase, kind: z.literal("mark_cleared"), utterance: u16, name }),
  z.object({
    ...rxEventBase,
    kind: z.literal("ended"),
    reason: name,
    /** How far the last utterances were played. */
    utterances: z.array(utterancePlay).max(64).optional(),
  }),
]);

/** `kav.call.{call}.ack`: every 200 ms, how far recognition has come. -1 = nothing yet. */
export const ack = z.object({
  epoch: u16,
  /** Last frame written to the recognizer. */
  written_seq: z.int().min(-1),
  /** Last frame under a final or under silence. */
  covered_seq: z.int().min(-1),
  q: u32,
  drops: u32,
  write_ms: ms,
});

/** `kav.call.{call}.speech` */
export const speech = z.discriminatedUnion("kind", [
  z.object({ ...speechBase, kind: z.literal("speech_started"), onset_ms: u32, seq: u32 }),
  /** Speech has gone on for `BARGE_IN_MIN_SPEECH_MS` since its onset: long enough to interrupt. */
  z.object({ ...speechBase, kind: z.literal("speech_sustained"), onset_ms: u32 }),
  z.object({ ...speechBase, kind: z.literal("partial"), text, onset_ms: u32, to_seq: u32 }),
  finalSpeech,
  z.object({ ...speechBase, kind: z.literal("rejected"), ...speechRange }),
  z.object({ ...speechBase, kind: z.literal("speech_ended"), last_voiced_ms: u32 }),
]);

const controlBase = {
  epoch: u16,
  /** Counts this worker's controls from 1; each is applied once however often it is repeated. */
  control_seq: u32,
  /** The last audio frame before it; -1 when there was none. */
  after_seq: z.int().min(-1),
};

/** `kav.call.{call}.tx.control`, request/reply: repeated every 200 ms until the edge has replied. */
export const txControl = z.discriminatedUnion("kind", [
  z.object({
    ...controlBase,
    kind: z.literal("utterance_begin"),
    utterance: u16,
    role: z.enum(["greeting", "reply", "prompt"]),
    turn: u32,
    interruptible: z.boolean(),
    /** Where a greeting was found. */
    greeting_source: z.enum(["memory", "redis", "emergency"]).optional(),
    /** What it answers, for the latency line; absent for a greeting or a key. */
    reply_to: z.object({ epoch: u16, speech: u32 }).optional(),
    /** Final received to text ready, and text ready to first frame ready. */
    llm_ms: ms.optional(),
    tts_ms: ms.optional(),
  }),
  z.object({ ...controlBase, kind: z.literal("mark"), utterance: u16, name }),
  z.object({ ...controlBase, kind: z.literal("utterance_end"), utterance: u16 }),
  z.object({
    ...controlBase,
    kind: z.literal("clear"),
    through: u16,
    because: z.enum(["barge_in", "key", "superseded"]).optional(),
    /** Of a barge-in: when the caller's speech began, stream time. */
    onset_ms: u32.optional(),
  }),
  z.object({ ...controlBase, kind: z.literal("hangup"), reason: name }),
  z.object({
    ...controlBase,
    kind: z.literal("transfer"),
    to: z.string().regex(/^\+[1-9]\d{6,14}$/, "E.164"),
  }),
  /** The dialog gives the call up: the business's fallback verb follows. */
  z.object({ ...controlBase, kind: z.literal("fallback"), reason: name }),
  /**
   * Published, never answered: tells the last frame sent (so that lost ones do not hold the window), and asks
   * for credit, and for the events after `event`.
   */
  z.object({ kind: z.literal("sync"), epoch: u16, seq: z.int().min(-1), event: u32.optional() }),
]);

export const controlReply = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), control_seq: u32 }),
  z.object({ ok: z.literal(false), control_seq: u32, reason: z.enum(["stale_epoch", "ended"]) }),
]);

/** `kav.call.{call}.credit`: positions, not counts. The producer may send through `consumed_seq + window`. */
export const credit = z.object({
  epoch: u16,
  /** The last frame that no longer waits at the edge: sent, dropped, cleared or lost. -1 = none. */
  consumed_seq: z.int().min(-1),
  /** The last utterance silenced by a clear; 0 = none. */
  cleared_through: u16,
  /** What was sent and heard of the utterances cleared last. */
  cleared: z.array(utterancePlay).max(16),
  queued: u32,
  paused: z.boolean(),
  /** The caller's stream time now. */
  stream_ms: u32,
});

/** `kav.worker.{service}.{instance}.heartbeat`, every 250 ms. */
export const heartbeat = z.object({
  instance: id,
  calls: z.array(id),
  capacity: u32,
  draining: z.boolean(),
});

/** `kav.prompt.changed.{business}` */
export const promptChanged = z.object({ business_id: id, version: u32 });

/** `kav.prompt.dead.{business}`: a change whose greeting could not be built, and why not at the last try. */
export const promptDead = z.object({
  ...promptChanged.shape,
  error: z.string().max(1_000),
  deliveries: u32,
});

export type UtterancePlay = z.infer<typeof utterancePlay>;
export type Offer = z.infer<typeof offer>;
export type OfferReply = z.infer<typeof offerReply>;
export type FinalSpeech = z.infer<typeof finalSpeech>;
export type RxEvent = z.infer<typeof rxEvent>;
export type Ack = z.infer<typeof ack>;
export type Speech = z.infer<typeof speech>;
export type TxControl = z.infer<typeof txControl>;
export type TxRequest = Exclude<TxControl, { kind: "sync" }>;
export type ControlReply = z.infer<typeof controlReply>;
export type Credit = z.infer<typeof credit>;
export type Heartbeat = z.infer<typeof heartbeat>;
export type PromptChanged = z.infer<typeof promptChanged>;
export type PromptDead = z.infer<typeof promptDead>;
