import { assertEquals, assertExists } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { NatsBus } from "shared/bus/nats_bus.ts";
import { connectAdmin, ensureStreams } from "shared/bus/nats_streams.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { chooseSynthesizer } from "shared/speech/embedded_synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import { RedisStores } from "shared/store/redis_stores.ts";
import type { Stores } from "shared/store/stores.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { RedisServer } from "shared/testing/redis_server.ts";
import { ServiceProcess } from "../service_process.ts";

const clock = new SystemClock();

const ENGINE = chooseSynthesizer(() => {}).name;

async function hashOf(stores: Stores, id: string): Promise<string | undefined> {
  return (await stores.greetings.get(id))?.ttsHash;
}

async function tell(bus: Bus, { id, version }: Business): Promise<void> {
  const event = encodeJson({ business_id: id, version });
  const published = await bus.publishDurable(promptChangedSubject(id), event);
  assertEquals(published, { ok: true, duplicate: false });
}

describe("deno task greetings", () => {
  it("fills Redis at its start, renders what changes, and hears what was said while it was away", async () => {
    await using nats = await NatsServer.start();
    await using redis = await RedisServer.start();
    const login = { servers: [nats.url], name: "test", inboxPrefix: "_INBOX_test", clock };
    const admin = await connectAdmin(login);
    await ensureStreams(admin, KAV_STREAMS);
    await admin.close();
    const stores = await RedisStores.connect({ url: redis.url, clock, onEvent: () => {} });
    const bus = await NatsBus.connect({ ...login, onEvent: () => {}, onError: () => {} });
    try {
      const env = { NATS_URL: nats.url, REDIS_URL: redis.url, HTTP_PORT: "0" };
      await using first = new ServiceProcess("greetings", env);
      await first.ready();
      const [business] = await stores.businesses.list();
      assertExists(business);
      assertEquals(await hashOf(stores, business.id), greetingHash(business, ENGINE));

      const greeting = { ...business.greeting, text: "Something new." };
      const changed = { ...business, version: business.version + 1, greeting };
      await stores.businesses.put(changed);
      await tell(bus, changed);
      await first.line("stderr", / prompt changed .*result=rendered/);
      assertEquals(await hashOf(stores, business.id), greetingHash(changed, ENGINE));
      assertEquals(await first.end("SIGTERM"), 0, first.process.output);

      await tell(bus, changed);
      await using second = new ServiceProcess("greetings", env);
      await second.line("stderr", / prompt changed .*result=fresh/);
      assertEquals(await second.end("SIGTERM"), 0, second.process.output);
    } finally {
      await bus.close();
      await stores.close();
    }
  });
});
