import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { DurableMessage } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";
import { settle } from "shared/testing/fake_clock.ts";
import { builderMetrics } from "./builder_metrics.ts";
import type { BuildResult } from "./greeting_builds.ts";
import { PromptSubscriber } from "./prompt_subscriber.ts";
import { BuilderKit } from "./testing/builder_kit.ts";

let kit: BuilderKit;
let subscriber: PromptSubscriber;
/** Builds that have begun: how each is ended. */
let builds: { readonly id: string; end(result: BuildResult): void; breakOff(): void }[];
let buried: string[];
let canBury: boolean;
/** What was answered to messages, in order: `shop#3 ack`. */
let answers: string[];
let sent: number;

beforeEach(() => {
  kit = new BuilderKit();
  builds = [];
  buried = [];
  canBury = true;
  answers = [];
  sent = 0;
  subscriber = new PromptSubscriber({
    builds: {
      build: (id) => {
        const { promise, resolve, reject } = Promise.withResolvers<BuildResult>();
        builds.push({ id, end: resolve, breakOff: () => reject(new Error("broken off")) });
        return promise;
      },
    },
    clock: kit.clock,
    metrics: builderMetrics(kit.metrics),
    log: kit.log,
    bury: (event, error, deliveries) => {
      if (canBury) buried.push(`${event.business_id} ${error} ${deliveries}`);
      return canBury;
    },
  });
});

function message(id: string, deliveries = 1, data?: Uint8Array): DurableMessage {
  const name = `${id}#${++sent}`;
  return {
    subject: promptChangedSubject(id),
    data: data ?? encodeJson({ business_id: id, version: sent }),
    headers: {},
    deliveries,
    ack: () => answers.push(`${name} ack`),
    nak: (delayMs = 0) => answers.push(`${name} nak ${delayMs}`),
    working: () => answers.push(`${name} working`),
  };
}

const handle = (...messages: DurableMessage[]) => {
  for (const each of messages) void subscriber.handle(each);
  return settle();
};

async function end(result: BuildResult): Promise<void> {
  builds.shift()!.end(result);
  await settle();
}

const results = () => kit.samples("kav_prompt_events_total");
const FAILED: BuildResult = { outcome: "failed", error: "no voice" };

describe("PromptSubscriber.handle()", () => {
  it("acknowledges when the greeting is there, and not before", async () => {
    await handle(message("shop"));
    assertEquals(answers, []);
    await end({ outcome: "rendered" });
    assertEquals([answers, await results()], [["shop#1 ack"], { rendered: 1 }]);
    await subscriber.drain();
  });

  it("builds the changes of a burst together: the first at once, the others after it", async () => {
    await handle(...Array.from({ length: 20 }, () => message("shop")));
    assertEquals(builds.length, 1);
    await end({ outcome: "rendered" });
    assertEquals([answers, builds.length], [["shop#1 ack"], 1]);
    await end({ outcome: "rendered" });
    assertEquals([answers.length, builds.length], [20, 0]);
    await subscriber.drain();
  });

  it("builds four businesses at once, and the next one when one is done", async () => {
    await handle(...["a", "b", "c", "d", "e", "f"].map((id) => message(id)));
    assertEquals(builds.map(({ id }) => id), ["a", "b", "c", "d"]);
    await end({ outcome: "fresh" });
    assertEquals(builds.map(({ id }) => id), ["b", "c", "d", "e"]);
    for (const each of builds) each.end({ outcome: "fresh" });
    await settle();
    await end({ outcome: "fresh" });
    builds.at(-1)?.end({ outcome: "fresh" });
    await subscriber.drain();
  });

  it("takes no more than 64 at once: the rest is for others", async () => {
    const taken: string[] = [];
    for (let i = 0; i < 64; i++) {
      void subscriber.handle(message("shop")).then(() => taken.push("more"));
    }
    await settle();
    assertEquals(taken.length, 63);
    await end({ outcome: "rendered" });
    assertEquals(taken.length, 64);
    await end({ outcome: "rendered" });
    await subscriber.drain();
  });

  it("keeps what it holds from coming again", async () => {
    await handle(message("shop"), message("shop"));
    await kit.clock.advance(6_000);
    assertEquals(
      answers,
      Array.from({ length: 2 }, () => ["shop#1 working", "shop#2 working"]).flat(),
    );
    await end({ outcome: "fresh" });
    await end({ outcome: "fresh" });
    await subscriber.drain();
    assertEquals(kit.clock.sleeping, 0);
  });

  it("tries again after 1, 5, 25 and 125 s, and buries it at the fifth failure", async () => {
    for (const deliveries of [1, 2, 3, 4, 5]) {
      await handle(message("shop", deliveries));
      await end(FAILED);
    }
    assertEquals(answers, [
      "shop#1 nak 1000",
      "shop#2 nak 5000",
      "shop#3 nak 25000",
      "shop#4 nak 125000",
      "shop#5 ack",
    ]);
    assertEquals(buried, ["shop no voice 5"]);
    assertEquals(await results(), { failed: 4, dead: 1 });
    assertEquals(await kit.samples("kav_prompts_dead_total"), { "": 1 });
    await subscriber.drain();
  });

  it("buries at once what nobody can speak", async () => {
    await handle(message("shop"));
    await end({ outcome: "unspeakable", error: "too long" });
    assertEquals([answers, buried], [["shop#1 ack"], ["shop too long 1"]]);
    await subscriber.drain();
  });

  it("buries without a try what ten builders have died of", async () => {
    await handle(message("shop", 11));
    assertEquals([builds.length, answers], [0, ["shop#1 ack"]]);
    assertStringIncludes(buried[0]!, "no builder has carried it out");
    await subscriber.drain();
  });

  it("buries later what it cannot bury while the bus is away", async () => {
    canBury = false;
    await handle(message("shop", 5));
    await end(FAILED);
    assertEquals([answers, buried], [["shop#1 nak 1000"], []]);
    await subscriber.drain();
  });

  it("acknowledges, counts and names what is bad or unknown", async () => {
    await handle(message("shop", 1, new TextEncoder().encode("{")), message("nobody"));
    await end({ outcome: "unknown" });
    assertEquals(answers, ["shop#1 ack", "nobody#2 ack"]);
    assertEquals(await results(), { bad: 1, unknown: 1 });
    assertEquals(await kit.samples("kav_bus_bad_messages_total"), { "prompt.changed": 1 });
    assertStringIncludes(kit.logged[0]!, 'problem="not JSON"');
    assertStringIncludes(kit.logged[1]!, "business=nobody result=unknown");
    await subscriber.drain();
  });
});

describe("PromptSubscriber.drain()", () => {
  it("gives back what has not begun, and waits for the rest", async () => {
    await handle(message("shop"), message("shop"));
    let drained = false;
    void subscriber.drain().then(() => drained = true);
    await handle(message("other"));
    assertEquals([answers, drained], [["shop#2 nak 0", "other#3 nak 0"], false]);
    await end({ outcome: "rendered" });
    assertEquals([answers.at(-1), drained, kit.clock.sleeping], ["shop#1 ack", true, 0]);
  });

  it("gives back what is broken off", async () => {
    await handle(message("shop"));
    builds[0]!.breakOff();
    await settle();
    assertEquals(answers, ["shop#1 nak 0"]);
    await subscriber.drain();
  });
});
