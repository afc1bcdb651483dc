/** Every subject of the bus is built and parsed here and nowhere else. Table: README, "The bus". */

export type Role = "stt" | "dialog";
export type CallChannel =
  | "rx.audio"
  | "rx.event"
  | "ack"
  | "speech"
  | "tx.audio"
  | "tx.control"
  | "credit";
export type TelemetryKind = "tx" | "rx" | "latency" | "call";

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether `id` may stand in a subject: 1 to 64 letters, digits, `_` or `-`. */
export function isSubjectId(id: string): boolean {
  return ID.test(id);
}

function id(value: string): string {
  if (!ID.test(value)) {
    throw new TypeError(
      `Cannot build a subject: an id has 1 to 64 of A-Z a-z 0-9 _ -, received ${
        JSON.stringify(value)
      }`,
    );
  }
  return value;
}

/**
 * `kav.offer.stt`, `kav.offer.dialog`: request/reply, one queue group per role. With `.{instance}`: to that worker
 * alone, because a queue group may choose one that hangs.
 */
export const offerSubject = (role: Role, instance?: string): string =>
  instance === undefined ? `kav.offer.${role}` : `kav.offer.${role}.${id(instance)}`;

/** The queue group in which the workers of a role share offers. */
export const offerQueue = (role: Role): string => `kav-${role}`;

/** `kav.call.{call}.{channel}` */
export const callSubject = (call: string, channel: CallChannel): string =>
  `kav.call.${id(call)}.${channel}`;

/** `kav.call.{call}.tx.*`: audio and control of one call in one subscription, so that they stay in order. */
export const txSubjects = (call: string): string => `kav.call.${id(call)}.tx.*`;

/** `kav.worker.{service}.{instance}.heartbeat` */
export const heartbeatSubject = (service: string, instance: string): string =>
  `kav.worker.${id(service)}.${id(instance)}.heartbeat`;

/** The heartbeats of all workers. */
export const ALL_HEARTBEATS = "kav.worker.*.*.heartbeat";

const HEARTBEAT_SUBJECT = /^kav\.worker\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.heartbeat$/;

/** The service and instance of a heartbeat's subject, or undefined for any other subject. */
export function parseHeartbeatSubject(
  subject: string,
): { service: string; instance: string } | undefined {
  const match = HEARTBEAT_SUBJECT.exec(subject);
  return match ? { service: match[1]!, instance: match[2]! } : undefined;
}

/** `kav.telemetry.{kind}.{call}` */
export const telemetrySubject = (kind: TelemetryKind, call: string): string =>
  `kav.telemetry.${kind}.${id(call)}`;

/** `kav.prompt.changed.{business}` */
export const promptChangedSubject = (business: string): string =>
  `kav.prompt.changed.${id(business)}`;

/** `kav.prompt.dead.{business}` */
export const promptDeadSubject = (business: string): string => `kav.prompt.dead.${id(business)}`;

/** `kav.event.call.started`, `kav.event.call.ended` */
export const callEventSubject = (event: "started" | "ended"): string => `kav.event.call.${event}`;

/** What the stream `KAV_PROMPTS` keeps. */
export const ALL_PROMPT_CHANGES = "kav.prompt.changed.*";

/** What the stream `KAV_CALLS` keeps. */
export const ALL_CALL_EVENTS = "kav.event.call.*";

/** Everything a person may want to watch. */
export const ALL_TELEMETRY = "kav.telemetry.>";

const CALL_SUBJECT =
  /^kav\.call\.([A-Za-z0-9_-]{1,64})\.(rx\.audio|rx\.event|ack|speech|tx\.audio|tx\.control|credit)$/;

/** The call and channel of a call subject, or undefined for any other subject. */
export function parseCallSubject(
  subject: string,
): { call: string; channel: CallChannel } | undefined {
  const match = CALL_SUBJECT.exec(subject);
  return match ? { call: match[1]!, channel: match[2] as CallChannel } : undefined;
}
