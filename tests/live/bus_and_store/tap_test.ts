/** `deno task tap` against a real nats-server with Kav's users. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "@std/testing/bdd";
import { tap } from "deploy/tap/tap.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { freePort, LocalProcess } from "shared/testing/local_process.ts";
import { GuardedNats, type UserConnection } from "../nats_users.ts";

const REJECTED = { call: "CA1", event: "rejected" } as const;
/** What `deno task tap` may. */
const FLAGS = [
  "--no-prompt",
  "--allow-net",
  "--allow-read=.,/etc/kav,/run/secrets",
  "--allow-env=NATS_URL,NATS_USER,NATS_PASSWORD,NATS_CREDS_FILE,NATS_NKEY_SEED,NATS_TLS_CA_FILE,NATS_TLS_CERT_FILE,NATS_TLS_KEY_FILE,NATS_INBOX_PREFIX",
  "--ignore-env",
];

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!condition()) {
    assert(performance.now() < deadlineMs, `waited for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("tap()", () => {
  let guarded: GuardedNats;
  let edge: UserConnection;
  let lines: string[];
  let notes: string[];
  let stop: AbortController;

  beforeAll(async () => {
    guarded = await GuardedNats.start();
  });
  afterAll(() => guarded[Symbol.asyncDispose]());
  beforeEach(async () => {
    lines = [];
    notes = [];
    stop = new AbortController();
    edge = await guarded.connect("edge");
  });
  afterEach(() => edge[Symbol.asyncDispose]());

  function run(options: {
    subject?: string;
    count?: number;
    json?: boolean;
    servers?: string[];
    password?: string;
    print?: (line: string) => boolean;
  }): Promise<void> {
    const { subject = "kav.telemetry.>", count, json = false } = options;
    const { servers = [guarded.server.url], password = guarded.passwords.tap } = options;
    return tap({
      request: { subject, json, count },
      login: { servers, user: "tap", password },
      origin: "test",
      print: options.print ?? ((line) => lines.push(line) > 0),
      note: (line) => notes.push(line),
      signal: stop.signal,
    });
  }

  const isReading = () => notes.some((note) => note.startsWith("reading "));

  it("prints a readable line per message and ends after as many as asked for", async () => {
    const done = run({ count: 2 });
    await until(isReading);
    assertMatch(notes[0]!, /^reading kav\.telemetry\.> at 127\.0\.0\.1:\d+ as tap \(test\)/);
    edge.nats.publish("kav.telemetry.call.CA1", encodeJson(REJECTED));
    edge.nats.publish("kav.event.call.ended", encodeJson({}));
    edge.nats.publish("kav.telemetry.tx.CA1", Uint8Array.of(0, 255));
    edge.nats.publish("kav.telemetry.rx.CA1", encodeJson({}));
    await done;
    assertEquals(lines.map((line) => line.replace(/^\S+ (\S+) +/, "$1|")), [
      "telemetry.call|❓ [REJECTED] call=CA1",
      "telemetry.tx|2 bytes 00 ff",
    ]);
  });

  it("prints JSON where asked for", async () => {
    const done = run({ subject: "kav.event.>", count: 1, json: true });
    await until(isReading);
    edge.nats.publish("kav.event.call.ended", encodeJson({ call: "CA1" }));
    await done;
    const { subject, data } = JSON.parse(lines[0]!);
    assertEquals([subject, data], ["kav.event.call.ended", { call: "CA1" }]);
  });

  it("ends when it is stopped, and when nobody reads", async () => {
    const stopped = run({});
    await until(isReading);
    stop.abort();
    await stopped;
    stop = new AbortController();
    notes = [];
    const unread = run({ print: (line) => lines.push(line) < 0 });
    await until(isReading);
    edge.nats.publish("kav.telemetry.call.CA1", encodeJson(REJECTED));
    edge.nats.publish("kav.telemetry.call.CA1", encodeJson(REJECTED));
    await unread;
    assertEquals(lines.length, 1);
  });

  it("says that a subject is not allowed, before it says that it reads it", async () => {
    const refused = "Cannot read kav.call.>: user tap has no permission, received Permissions";
    await assertRejects(() => run({ subject: "kav.call.>" }), Error, refused);
    assertEquals(notes, []);
  });

  it("says that the password is refused", async () => {
    const refused = 'as "tap": Authorization Violation';
    await assertRejects(() => run({ password: "another" }), Error, refused);
  });

  it("says that nothing runs there", async () => {
    const url = `nats://127.0.0.1:${freePort()}`;
    const message = `Cannot reach nats-server at ${url} (test): does it run?`;
    await assertRejects(() => run({ servers: [url] }), Error, message);
  });

  it("goes on when nats-server has been away", async () => {
    const done = run({ count: 1 });
    await until(isReading);
    await guarded.server.kill();
    await until(() => notes.some((note) => note.startsWith("lost ")));
    await guarded.server.startAgain();
    await until(() => notes.some((note) => note.startsWith("connected again")));
    await using again = await guarded.connect("edge");
    again.nats.publish("kav.telemetry.call.CA1", encodeJson(REJECTED));
    await done;
    assertEquals(lines.length, 1);
  });

  it("ends with 0 at Ctrl-C", async () => {
    const url = guarded.server.url.replace("://", `://tap:${guarded.passwords.tap}@`);
    const output: string[] = [];
    await using process = new LocalProcess("deno", {
      args: ["run", ...FLAGS, "deploy/tap.ts", "--server", url],
      env: { NO_COLOR: "1" },
      onLine: (line) => output.push(line),
    });
    await until(() => process.hasEnded || output.some((line) => line.startsWith("reading ")));
    edge.nats.publish("kav.telemetry.call.CA1", encodeJson(REJECTED));
    await until(() => process.hasEnded || output.some((line) => line.endsWith("call=CA1")));
    process.signal("SIGINT");
    assertEquals((await process.ended).code, 0, output.join("\n"));
  });
});
