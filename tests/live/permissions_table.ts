/** Who may say and hear what at nats-server: design §6, written out once more from the subjects' side. */
import type { NatsUser } from "deploy/nats/users.ts";
import { PROMPTS } from "shared/bus/kav_streams.ts";
import {
  ALL_HEARTBEATS,
  ALL_TELEMETRY,
  callEventSubject,
  callSubject,
  heartbeatSubject,
  offerQueue,
  offerSubject,
  promptChangedSubject,
  promptDeadSubject,
  telemetrySubject,
  txSubjects,
} from "shared/bus/subjects.ts";

const CALL = "CA0123456789abcdef0123456789abcdef";
const JS_API = "$JS.API";
const { stream, durable } = PROMPTS;

/** A subject to publish to, and the users who may. */
export const PUBLISHERS: readonly (readonly [subject: string, users: readonly NatsUser[]])[] = [
  [offerSubject("stt"), ["edge"]],
  [offerSubject("stt", "stt-1"), ["edge"]],
  [offerSubject("dialog"), ["edge"]],
  [offerSubject("dialog", "dialog-1"), ["edge"]],
  [callSubject(CALL, "rx.audio"), ["edge"]],
  [callSubject(CALL, "rx.event"), ["edge"]],
  [callSubject(CALL, "credit"), ["edge"]],
  [callSubject(CALL, "ack"), ["stt"]],
  [callSubject(CALL, "speech"), ["stt"]],
  [callSubject(CALL, "tx.audio"), ["dialog"]],
  [callSubject(CALL, "tx.control"), ["dialog"]],
  [heartbeatSubject("stt-service", "stt-1"), ["stt"]],
  [heartbeatSubject("dialog-tts-service", "dialog-1"), ["dialog"]],
  [heartbeatSubject("ws-edge", "edge-1"), []],
  [telemetrySubject("tx", CALL), ["edge"]],
  [telemetrySubject("rx", CALL), ["edge"]],
  [telemetrySubject("latency", CALL), ["edge"]],
  [telemetrySubject("call", CALL), ["edge"]],
  [callEventSubject("started"), ["edge"]],
  [callEventSubject("ended"), ["edge"]],
  [promptChangedSubject("demo"), ["dialog", "greetings", "site"]],
  [promptDeadSubject("demo"), ["greetings"]],
  [`${JS_API}.STREAM.INFO.${stream}`, ["greetings", "admin"]],
  [`${JS_API}.CONSUMER.INFO.${stream}.${durable}`, ["greetings", "admin"]],
  [`${JS_API}.CONSUMER.MSG.NEXT.${stream}.${durable}`, ["greetings", "admin"]],
  [`$JS.ACK.${stream}.${durable}.1.1.1.1.0`, ["greetings"]],
  [`$JS.ACK.${stream}.another.1.1.1.1.0`, []],
  [`$JS.ACK.KAV_CALLS.${durable}.1.1.1.1.0`, []],
  [`${JS_API}.STREAM.INFO.KAV_CALLS`, ["admin"]],
  [`${JS_API}.STREAM.MSG.GET.${stream}`, ["admin"]],
  // No stream of this name: nothing is deleted.
  [`${JS_API}.STREAM.DELETE.NONE`, ["admin"]],
  [`${JS_API}.STREAM.CREATE.NONE`, ["admin"]],
  [`${JS_API}.CONSUMER.DURABLE.CREATE.${stream}.another`, ["admin"]],
  [`${JS_API}.INFO`, ["admin"]],
  ["_INBOX_edge.1.1", []],
  ["_INBOX_stt.1.1", []],
  ["_INBOX.1.1", []],
  ["$SYS.REQ.SERVER.PING", []],
  ["kav.other", []],
  ["other", []],
];

interface Hearing {
  readonly subject: string;
  readonly queue?: string;
  readonly users: readonly NatsUser[];
}

/** A subject to subscribe to, in a queue group or not, and the users who may. */
export const SUBSCRIBERS: readonly Hearing[] = [
  ...(["stt", "dialog"] as const).flatMap((role): Hearing[] => [
    { subject: offerSubject(role), queue: offerQueue(role), users: [role] },
    { subject: offerSubject(role), users: [] },
    { subject: offerSubject(role), queue: "another", users: [] },
    { subject: offerSubject(role, `${role}-1`), users: [role] },
  ]),
  { subject: callSubject(CALL, "rx.audio"), users: ["stt"] },
  { subject: callSubject(CALL, "rx.event"), users: ["stt", "dialog"] },
  { subject: callSubject(CALL, "ack"), users: ["edge"] },
  { subject: callSubject(CALL, "speech"), users: ["edge", "dialog"] },
  { subject: callSubject(CALL, "credit"), users: ["dialog"] },
  { subject: txSubjects(CALL), users: ["edge"] },
  { subject: callSubject(CALL, "tx.audio"), users: ["edge"] },
  { subject: callSubject(CALL, "tx.control"), users: ["edge"] },
  { subject: ALL_HEARTBEATS, users: ["edge"] },
  { subject: ALL_TELEMETRY, users: ["tap"] },
  { subject: telemetrySubject("call", CALL), users: ["tap"] },
  { subject: "kav.event.>", users: ["tap"] },
  { subject: callEventSubject("ended"), users: ["tap"] },
  { subject: promptDeadSubject("demo"), users: ["tap"] },
  { subject: "kav.prompt.dead.*", users: ["tap"] },
  { subject: promptChangedSubject("demo"), users: [] },
  { subject: `kav.call.${CALL}.>`, users: [] },
  { subject: "kav.call.>", users: [] },
  { subject: "kav.>", users: [] },
  { subject: ">", users: [] },
  { subject: "_INBOX.>", users: [] },
  { subject: "_INBOX_>", users: [] },
  ...(["edge", "stt", "dialog", "greetings", "site", "admin"] as const).map((user): Hearing => (
    { subject: `_INBOX_${user}.>`, users: [user] }
  )),
  { subject: "_INBOX_tap.>", users: [] },
  { subject: "$JS.API.>", users: [] },
  { subject: "$JS.EVENT.ADVISORY.>", users: [] },
  { subject: "$SYS.>", users: [] },
];
