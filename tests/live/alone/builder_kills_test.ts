/** Builders of greetings that are killed, against real nats-server and redis-server. */
import { assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { jetstreamManager } from "@nats-io/jetstream";
import { createClient } from "redis";
import { encodeJson } from "shared/bus/codec.ts";
import { PROMPTS } from "shared/bus/kav_streams.ts";
import type { NatsBus } from "shared/bus/nats_bus.ts";
import { connectAdmin } from "shared/bus/nats_streams.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import type { GreetingEntry } from "shared/store/stores.ts";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import { inboxPrefix } from "deploy/nats/users.ts";
import { between } from "../bursts.ts";
import { busOfUser } from "../bus_of_user.ts";
import { eventually, LiveKav } from "../live_kav.ts";

const BUSINESSES = 20;
const CHANGES = 200;
const CHANGE_PERIOD_MS = 60;
const KILLS = 10;
/** What a dead builder had comes again after 10 s, and its lease ends. */
const SETTLED_MS = 40_000;
/** About 40 s of speech: it takes a moment to render. */
const LONG_TEXT = "In the spring a teacher of the deaf spilled acid on his desk. ".repeat(12)
  .trim();

const flite = new FliteSynthesizer();
let kav: LiveKav;
/** As which anybody may order a greeting. */
let site: NatsBus;
const dead: string[] = [];

const sleep = (ms: number) => kav.clock.sleepUntil(kav.clock.now() + ms);

/** Another text, and the event that tells of it. */
async function change(id: string, text: string): Promise<Business> {
  const { businesses } = kav.stores;
  const version = 1 + await businesses.lastVersion(id);
  const number = `+1555555${1_000 + Number(id.slice(1))}`;
  const greeting = { text, interruptible: false };
  const changed = { ...kav.business, id, version, called_numbers: [number], greeting };
  assertEquals(await businesses.put(changed), { ok: true });
  const event = encodeJson({ business_id: id, version });
  assertEquals((await site.publishDurable(promptChangedSubject(id), event)).ok, true);
  return changed;
}

function isOf(business: Business, entry: GreetingEntry | undefined): boolean {
  return entry?.ttsHash === greetingHash(business, flite.nameFor());
}

const isBuilt = async (business: Business) =>
  isOf(business, await kav.stores.greetings.get(business.id));

/** Sees at once who takes the lease. */
async function whoBuilds(id: string): Promise<ServiceProcess> {
  const redis = createClient({ url: kav.up.redis.url });
  await redis.connect();
  try {
    for (const deadlineMs = performance.now() + SETTLED_MS; performance.now() < deadlineMs;) {
      const lease = await redis.get(`kav:greeting_build:${id}`);
      const holder = kav.servicesOf("greetings").find(({ instance }) => lease?.includes(instance));
      if (holder) return holder;
    }
  } finally {
    redis.destroy();
  }
  throw new Error(`Cannot see who builds ${id}: within ${SETTLED_MS} ms, received nobody`);
}

/** What JetStream still has for builders. */
async function leftOver(): Promise<{ pending: number; unacknowledged: number }> {
  const { clock, up } = kav;
  const connection = await connectAdmin({
    servers: [up.nats.url],
    name: "test",
    user: "admin",
    password: up.passwords.admin,
    inboxPrefix: inboxPrefix("admin"),
    clock,
  });
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const info = await manager.consumers.info(PROMPTS.stream, PROMPTS.durable);
  await connection.close();
  return { pending: info.num_pending, unacknowledged: info.num_ack_pending };
}

/** Changes prompts of twenty businesses one after the other. @returns what each should say in the end */
async function changeAll(): Promise<Map<string, Business>> {
  const newest = new Map<string, Business>();
  for (let i = 0; i < CHANGES; i++) {
    const id = `b${i % BUSINESSES}`;
    newest.set(id, await change(id, `Change ${i}. ${LONG_TEXT.slice(0, 300).trim()}`));
    await sleep(CHANGE_PERIOD_MS);
  }
  return newest;
}

describe("Builders of greetings", () => {
  beforeAll(async () => {
    kav = await LiveKav.start({ instances: { stt: 0, dialog: 0, greetings: 4 } });
    site = await busOfUser(kav.up, "site");
    kav.tap.subscribe("kav.prompt.dead.*", ({ subject }) => dead.push(subject));
    await kav.tap.flush();
  });
  afterAll(async () => {
    await site?.close();
    await kav?.[Symbol.asyncDispose]();
  });

  it("lose no change of 200 in ten kills, one in the middle of a render, and end with the newest texts", async () => {
    const changingFirst = change("b99", LONG_TEXT);
    await kav.kill(await whoBuilds("b99"));
    const first = await changingFirst;
    assertEquals(await isBuilt(first), false, "killed before it had rendered");

    const changing = changeAll();
    for (let kill = 1; kill < KILLS; kill++) {
      const living = kav.servicesOf("greetings");
      const adding = kav.up.add("greetings");
      await sleep(between(100, 600));
      await kav.kill(living[Math.floor(Math.random() * living.length)]!);
      await adding;
    }
    const newest = [first, ...(await changing).values()];
    await eventually(
      async () => (await Promise.all(newest.map(isBuilt))).every(Boolean),
      "every greeting",
      SETTLED_MS,
    );
    await eventually(
      async () => Object.values(await leftOver()).every((count) => count === 0),
      "nothing left to do",
      SETTLED_MS,
    );
    assertEquals(dead, []);
  });
});
