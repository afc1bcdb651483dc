import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Bus } from "shared/bus/bus.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { NatsOptions } from "shared/bus/nats_options.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { int } from "../env.ts";
import type { RouteHandler } from "../health.ts";
import type { StopSignal } from "../run.ts";
import { runStandalone, type StandaloneParts } from "./standalone.ts";

const SETTINGS = {
  capacity: int({ name: "CAPACITY", meaning: "Calls", default: 10, min: 1, max: 20 }),
};
const ENV = { NATS_URL: "nats://stt:secret@bus:4222", CAPACITY: "5" };

/** The process of a service, with everything around it in the test's hands. */
class Bench {
  readonly clock = new FakeClock();
  readonly printed: string[] = [];
  readonly errors: string[] = [];
  readonly ended: string[] = [];
  readonly bus = new MemoryBus({ clock: this.clock });
  env: Record<string, string> = ENV;
  args: string[] = [];
  problems: string[] = [];
  busOptions: NatsOptions | undefined;
  /** What `connectBus` gives; pending until the test decides. */
  readonly connecting = Promise.withResolvers<Bus>();
  parts: StandaloneParts<typeof SETTINGS> | undefined;
  isReady = true;
  startError: Error | undefined;
  readonly drained = Promise.withResolvers<void>();
  reasons: () => string[] = () => ["no server"];
  routes: () => RouteHandler | undefined = () => undefined;
  signal: (signal: StopSignal) => void = () => {};
  code: number | undefined;

  async run(): Promise<void> {
    runStandalone({
      name: "stt-service",
      user: "stt",
      about: "listens.",
      settings: SETTINGS,
      problems: () => this.problems,
      start: (parts) => this.#start(parts),
    }, {
      args: this.args,
      getEnv: (name) => this.env[name],
      print: (line) => this.printed.push(line),
      writeError: (line) => this.errors.push(line),
      clock: this.clock,
      readFile: (path) => {
        if (path === "/nowhere") throw new Error("no such file");
        // JSON is YAML too.
        return JSON.stringify({ businesses: [SAMPLE_BUSINESS] });
      },
      onSignal: (listener) => {
        this.signal = listener;
        return () => this.ended.push("signals");
      },
      connectBus: (options) => {
        this.busOptions = options;
        return this.connecting.promise;
      },
      serveHealth: ({ reasons, routes }) => {
        this.reasons = reasons;
        this.routes = routes;
        const close = () => Promise.resolve(void this.ended.push("health"));
        return { origin: "http://127.0.0.1:8081", close };
      },
    }).then((code) => this.code = code);
    await settle();
  }

  /** Connected, and far enough for READY. */
  async connect(): Promise<void> {
    this.connecting.resolve(this.bus);
    await this.clock.advance(100);
  }

  #start(parts: StandaloneParts<typeof SETTINGS>) {
    this.parts = parts;
    if (this.startError) return Promise.reject(this.startError);
    const service = {
      name: "stt-service",
      ready: () => this.isReady,
      drain: () => this.drained.promise,
      stop: () => Promise.resolve(void this.ended.push("service")),
    };
    const close = () => Promise.resolve(void this.ended.push("engine"));
    const routes = () => Promise.resolve(new Response("its own"));
    const fields = { webhook: "http://127.0.0.1:8080" };
    return Promise.resolve({ service, fields, routes, close });
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("runStandalone()", () => {
  it("says READY once the bus is there and the service is ready, and why not before", async () => {
    bench.isReady = false;
    await bench.run();
    assertEquals(bench.reasons(), ["bus not connected"]);
    await bench.connect();
    assertEquals([bench.reasons(), bench.printed], [["stt-service not ready"], []]);
    bench.isReady = true;
    await bench.clock.advance(100);
    assertEquals(bench.reasons(), []);
    assertEquals(bench.printed, [
      `READY stt-service instance=${bench.parts!.instance} http=http://127.0.0.1:8081 ` +
      "webhook=http://127.0.0.1:8080",
    ]);
    assertMatch(bench.parts!.instance, /^stt-[0-9a-z]{8}$/);
  });

  it("gives the service its settings and the businesses, also in the store", async () => {
    await bench.run();
    await bench.connect();
    const { settings, businesses, stores } = bench.parts!;
    assertEquals(settings.capacity, 5);
    assertEquals(businesses, [SAMPLE_BUSINESS]);
    assertEquals(await stores.businesses.list(), [SAMPLE_BUSINESS]);
  });

  it("serves the service's own routes from its start on", async () => {
    await bench.run();
    assertEquals(bench.routes(), undefined);
    await bench.connect();
    const answer = await bench.routes()?.(new Request("http://kav.test/api/x"));
    assertEquals(await answer?.text(), "its own");
  });

  it("connects as the settings say, with an inbox of the service's own", async () => {
    bench.env = { ...ENV, INSTANCE: "stt-7" };
    await bench.run();
    const { servers, user, password, name, inboxPrefix } = bench.busOptions!;
    assertEquals([servers, user, password, name, inboxPrefix], [
      ["nats://bus:4222"],
      "stt",
      "secret",
      "stt-7",
      "_INBOX_stt",
    ]);
    assert(!bench.errors.some((line) => line.includes("secret")));
  });

  it("ends with 0 after a signal, when the service has drained, and closes all", async () => {
    await bench.run();
    await bench.connect();
    bench.signal("SIGTERM");
    await settle();
    assertEquals([bench.reasons(), bench.code], [["draining"], undefined]);
    bench.drained.resolve();
    await settle();
    assertEquals(bench.code, 0);
    assertEquals(bench.ended, ["service", "engine", "health", "signals"]);
    assertEquals([bench.bus.connected, bench.clock.sleeping], [false, 0]);
  });

  it("ends with 0 at once when the signal comes while it waits for the bus", async () => {
    await bench.run();
    bench.signal("SIGINT");
    await settle();
    assertEquals([bench.code, bench.ended], [0, ["health", "signals"]]);
  });

  it("ends with 1 and the reason when the bus or the service cannot start", async () => {
    bench.startError = new Error("no engine");
    await bench.run();
    await bench.connect();
    assertEquals([bench.code, bench.errors.at(-1)], [1, "Cannot start stt-service: no engine\n"]);

    bench = new Bench();
    bench.connecting.reject(new Error("Authorization Violation"));
    await bench.run();
    assertEquals(bench.code, 1);
    assertStringIncludes(bench.errors.at(-1)!, "stt-service: Authorization Violation");
  });
});

describe("runStandalone(), where nats-server refuses a permission", () => {
  const refuse = () =>
    bench.busOptions!.onEvent({
      kind: "refused",
      operation: "subscribe",
      subject: "kav.offer.stt",
      message: "...",
    });
  const REFUSAL = "nats-server refuses user stt to subscribe to kav.offer.stt";

  it("ends with 1 and says which, before it was ever ready", async () => {
    bench.isReady = false;
    await bench.run();
    await bench.connect();
    await bench.clock.advance(60_000);
    refuse();
    await settle();
    assertEquals([bench.code, bench.printed], [1, []]);
    assertStringIncludes(bench.errors.at(-1)!, `Cannot start stt-service: ${REFUSAL}`);
    assertEquals(bench.ended, ["service", "engine", "health", "signals"]);
  });

  it("ends with 1 within 2 s after READY, and later goes on without being ready", async () => {
    await bench.run();
    await bench.connect();
    await bench.clock.advance(1_800);
    refuse();
    await settle();
    assertEquals(bench.code, 1);

    bench = new Bench();
    await bench.run();
    await bench.connect();
    await bench.clock.advance(2_100);
    refuse();
    await settle();
    assertEquals(bench.code, undefined);
    assertEquals(bench.reasons().length, 1);
    assertStringIncludes(bench.reasons()[0]!, REFUSAL);
    bench.signal("SIGTERM");
    bench.drained.resolve();
    await settle();
    assertEquals(bench.code, 0);
  });
});

describe("runStandalone(), told wrongly", () => {
  it("names every problem of settings, files and arguments, and ends with 2", async () => {
    bench.env = { CAPACITY: "50", HTTP_PORT: "x", BUSINESS_FILE: "/nowhere" };
    bench.args = ["--quiet"];
    bench.problems = ["TWILIO_VALIDATE: unsafe"];
    await bench.run();
    assertEquals(bench.code, 2);
    const named = bench.errors.filter((line) => line.startsWith("- "))
      .map((line) => line.replace(/^- ([\w-]+).*\n$/s, "$1"));
    assertEquals(named, [
      "--quiet",
      "NATS_URL",
      "HTTP_PORT",
      "CAPACITY",
      "BUSINESS_FILE",
      "TWILIO_VALIDATE",
    ]);
    assertEquals(bench.busOptions, undefined);
  });

  it("explains itself with --help, whatever is set", async () => {
    bench.env = {};
    bench.args = ["--help"];
    await bench.run();
    assertEquals([bench.code, bench.errors], [0, []]);
    for (const word of ["stt-service: listens.", "CAPACITY", "NATS_URL", "HTTP_PORT"]) {
      assertStringIncludes(bench.printed.join("\n"), word);
    }
  });
});
