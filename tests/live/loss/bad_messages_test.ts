import { assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { encodeJson } from "shared/bus/codec.ts";
import { PROMPTS } from "shared/bus/kav_streams.ts";
import type { NatsBus } from "shared/bus/nats_bus.ts";
import {
  ALL_TELEMETRY,
  callEventSubject,
  callSubject,
  heartbeatSubject,
  offerSubject,
  promptChangedSubject,
  promptDeadSubject,
  telemetrySubject,
} from "shared/bus/subjects.ts";
import type { NatsUser } from "deploy/nats/users.ts";
import { tap } from "deploy/tap/tap.ts";
import { assertNothingLost, greeted, hearsKey, hearsQuestion, underrunsOf } from "../answers.ts";
import { busOfUser } from "../bus_of_user.ts";
import { badAudio, badJson, type Garbage } from "../garbage.ts";
import { assertNobodyLost, ROLES } from "../hands.ts";
import { eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";
import { askStreams } from "../streams.ts";

/** Each of them, on each subject. */
const ROUNDS = 2;
/** All of them within an answer of eleven seconds. */
const PAUSE_MS = 15;
/** One line in 2 s for each subject of a service. */
const LOG_PERIOD_MS = 2_000;
const HICCUP_MS = 100;
const NO_REPLY_MS = 300;
const SENDERS = ["edge", "stt", "dialog", "greetings", "site"] as const;
const NOBODY = "CA0123456789abcdef0123456789abcdef";

/** A subject, who may publish to it, and who must count what is bad there, and as what. */
interface Door {
  readonly subject: string;
  readonly user: typeof SENDERS[number];
  readonly readers: readonly string[];
  readonly label: string;
  readonly garbage: Garbage;
}

let kav: LiveKav;
let buses: Readonly<Record<typeof SENDERS[number], NatsBus>>;

const EPOCH = { epoch: 0 };

function callDoors(call: string): Door[] {
  const door = (
    channel: "rx.event" | "ack" | "speech" | "tx.control" | "credit",
    user: Door["user"],
    readers: readonly string[],
    message: object,
  ): Door => ({
    ...{ subject: callSubject(call, channel), user, readers, label: channel },
    garbage: badJson({ ...EPOCH, ...message }),
  });
  const audio = (way: "rx" | "tx", user: Door["user"], reader: string): Door => ({
    ...{ subject: callSubject(call, `${way}.audio`), user, readers: [reader] },
    ...{ label: `${way}.audio`, garbage: badAudio(way) },
  });
  return [
    audio("rx", "edge", "stt-1"),
    audio("tx", "dialog", "edge-1"),
    door("rx.event", "edge", ["stt-1", "dialog-1"], { event: 1, kind: "ended", reason: "bad" }),
    door("credit", "edge", ["dialog-1"], { consumed_seq: 1e6, cleared_through: 9, cleared: [] }),
    door("ack", "stt", ["edge-1"], { written_seq: 1, covered_seq: 1, q: 0, drops: 0, write_ms: 0 }),
    door("speech", "stt", ["edge-1", "dialog-1"], { speech: 1, kind: "final", text: "goodbye" }),
    door("tx.control", "dialog", ["edge-1"], { kind: "hangup", control_seq: 99, reason: "bad" }),
  ];
}

function offerDoors(): Door[] {
  const offer = { call: NOBODY, leg: 0, epoch: 0, business: kav.business.id, not: [], window: 9 };
  return ROLES.flatMap((role) => {
    const reader = `${role}-1`;
    return [offerSubject(role), offerSubject(role, kav.service(reader).instance)].map((subject) =>
      (
        {
          subject,
          user: "edge",
          readers: [reader],
          label: `offer.${role}`,
          garbage: badJson(offer),
        }
      ) as const
    );
  });
}

function heartbeatDoors(): Door[] {
  const heartbeat = { instance: "another", calls: [NOBODY], capacity: 0, draining: true };
  const garbage = { ...badJson(heartbeat), "of another": encodeJson(heartbeat) };
  return ([["stt", "stt-service"], ["dialog", "dialog-tts-service"]] as const).map(
    ([user, service]) => {
      const subject = heartbeatSubject(service, kav.service(`${user}-1`).instance);
      return { subject, user, readers: ["edge-1"], label: "heartbeat", garbage };
    },
  );
}

const promptDoor = (): Door => ({
  ...{ subject: promptChangedSubject(kav.business.id), user: "site", readers: ["greetings-1"] },
  ...{ label: "prompt.changed", garbage: badJson({ business_id: kav.business.id, version: 1 }) },
});

/** What only people read. */
function tappedDoors(): Door[] {
  const garbage = badJson({ call: NOBODY, event: "rejected", fps: 50 });
  const door = (subject: string, user: Door["user"] = "edge") => (
    { subject, user, readers: [], label: "", garbage }
  );
  return [
    ...(["tx", "rx", "latency", "call"] as const).map((kind) =>
      door(telemetrySubject(kind, NOBODY))
    ),
    door(callEventSubject("started")),
    door(callEventSubject("ended")),
    door(promptDeadSubject("nobody"), "greetings"),
  ];
}

/** `kav_bus_bad_messages_total` by reader and label. */
async function counted(doors: readonly Door[]): Promise<Record<string, number>> {
  const keys = new Set(
    doors.flatMap(({ readers, label }) => readers.map((it) => `${it} ${label}`)),
  );
  const counts = [...keys].toSorted().map(async (key) => {
    const [reader, subject] = key.split(" ") as [string, string];
    const name = `kav_bus_bad_messages_total{subject="${subject}"}`;
    return [key, await kav.sample(reader, name)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

/** What should be counted. */
function expected(doors: readonly Door[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { readers, label, garbage } of doors) {
    for (const reader of readers) {
      const key = `${reader} ${label}`;
      counts[key] = (counts[key] ?? 0) + ROUNDS * Object.keys(garbage).length;
    }
  }
  return counts;
}

/** Every kind on every subject, in turn. @returns how many */
async function send(doors: readonly Door[]): Promise<number> {
  let sent = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const most = Math.max(...doors.map(({ garbage }) => Object.keys(garbage).length));
    for (let kind = 0; kind < most; kind++) {
      for (const { subject, user, garbage } of doors) {
        const data = Object.values(garbage)[kind];
        if (!data) continue;
        buses[user].publish(subject, data);
        sent++;
        await kav.clock.sleepUntil(kav.clock.now() + PAUSE_MS);
      }
    }
  }
  await Promise.all(Object.values(buses).map((bus) => bus.flush()));
  return sent;
}

/** Keeps what `deno task tap` prints, until it is aborted; reads when it resolves. */
async function startTap(subject: string, lines: string[], signal: AbortSignal) {
  const reading = Promise.withResolvers<void>();
  const ended = tap({
    request: { subject, json: false, count: undefined },
    login: { servers: [kav.up.nats.url], user: "tap", password: kav.up.passwords.tap },
    origin: "test",
    print: (line) => lines.push(line) > 0,
    note: (line) => line.startsWith("reading ") && reading.resolve(),
    signal,
  });
  await reading.promise;
  return { ended };
}

/** The most lines about one subject that a service has written. */
function mostLines(): number {
  const lines = kav.lines.filter(({ line }) => line.includes("bad message on the bus"));
  const by = Map.groupBy(lines, ({ label, line }) => `${label} ${/subject=(\S+)/.exec(line)?.[1]}`);
  return Math.max(...[...by.values()].map(({ length }) => length));
}

describe("A bad message", () => {
  beforeAll(async () => {
    kav = await LiveKav.start({ businessFile: SHORT_GREETING });
    const opened = SENDERS.map(async (user: NatsUser) => [user, await busOfUser(kav.up, user)]);
    buses = Object.fromEntries(await Promise.all(opened));
  });

  afterAll(async () => {
    await Promise.all(Object.values(buses).map((bus) => bus.close()));
    await kav[Symbol.asyncDispose]();
  });

  it("on any subject is counted and dropped, and nothing else happens", async () => {
    const placed = await greeted(kav);
    const { call } = placed;
    const doors = [...callDoors(call.callSid), ...offerDoors(), ...heartbeatDoors(), promptDoor()];
    const all = [...doors, ...tappedDoors()];
    const lines: string[] = [];
    const stop = new AbortController();
    const taps = await Promise.all(
      [ALL_TELEMETRY, "kav.event.>", "kav.prompt.dead.*"].map((subject) =>
        startTap(subject, lines, stop.signal)
      ),
    );
    const before = await counted(doors);
    const fromMs = kav.clock.now();
    const answer = hearsKey(kav, placed, "1", 2);
    await call.untilHeardSpeech(LONG_MS);
    const sent = await send(all);
    const forMs = kav.clock.now() - fromMs;
    const { holesMs } = await answer;

    const added = async () => {
      const now = await counted(doors);
      return Object.fromEntries(Object.entries(now).map(([key, n]) => [key, n - before[key]!]));
    };
    const want = expected(doors);
    const total = (counts: Record<string, number>) =>
      Object.values(counts).reduce((sum, count) => sum + count, 0);
    await eventually(async () => total(await added()) >= total(want), "all counted").catch(
      () => {},
    );
    assertEquals(await added(), Object.fromEntries(Object.entries(want).toSorted()));
    console.log(
      `${sent} bad messages on ${all.length} subjects in ${(forMs / 1_000).toFixed(1)} s: ` +
        `${
          total(want)
        } counted, at most ${mostLines()} lines about one subject, holes ${holesMs} ms`,
    );
    assertLessOrEqual(mostLines(), 1 + forMs / LOG_PERIOD_MS, "log lines about one subject");

    await hearsQuestion(kav, placed, 3);
    assertLess(holesMs, HICCUP_MS, "holes");
    assertEquals(underrunsOf(placed), 0, "underruns");
    assertNothingLost(placed);
    await assertNobodyLost(kav, [placed]);
    const heard = lines.length;
    await eventually(() => lines.length > heard, "further telemetry at the tap");
    stop.abort();
    await Promise.all(taps.map(({ ended }) => ended));
    await call.hangUp();
    assertEquals(kav.up.services.filter(({ hasEnded }) => hasEnded), []);
  });

  it("as a request gets no reply", async () => {
    const placed = await greeted(kav);
    const { call } = placed;
    const requests = [
      [buses.edge, offerSubject("stt")],
      [buses.edge, offerSubject("dialog")],
      [buses.dialog, callSubject(call.callSid, "tx.control")],
    ] as const;
    for (const [bus, subject] of requests) {
      const options = { timeoutMs: NO_REPLY_MS };
      const result = await bus.request(subject, encodeJson({ kind: "hangup" }), options);
      assertEquals(result, { ok: false, reason: "timeout" }, subject);
    }
    await hearsKey(kav, placed, "2", 2);
    await call.hangUp();
  });

  it("about a prompt does not come back, and the next good one is taken", async () => {
    const waiting = () =>
      askStreams(kav.up, async ({ consumers }) => {
        const { num_pending, num_ack_pending } = await consumers.info(
          PROMPTS.stream,
          PROMPTS.durable,
        );
        return num_pending + num_ack_pending;
      });
    await eventually(async () => await waiting() === 0, "all acknowledged");
    const fresh = `kav_prompt_events_total{result="fresh"}`;
    const before = await kav.sample("greetings-1", fresh);
    const changed = { business_id: kav.business.id, version: 1 };
    buses.site.publish(promptChangedSubject(kav.business.id), encodeJson(changed));
    await eventually(
      async () => await kav.sample("greetings-1", fresh) === before + 1,
      "a good one",
    );
    assertEquals(await waiting(), 0);
  });
});
