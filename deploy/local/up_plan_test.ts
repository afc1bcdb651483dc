import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ONE_OF_EACH } from "./up_options.ts";
import { newPasswords } from "../nats/users.ts";
import { planServices, type Surroundings, urlOfUser } from "./up_plan.ts";

let next = 0;
const random = () => `r${next++}`;
const passwords = newPasswords();

const AROUND: Surroundings = {
  natsUrl: "nats://127.0.0.1:4000",
  passwords,
  redisUrl: "redis://127.0.0.1:4001",
  streamTokenSecret: "secret",
  adminToken: "the token of one run",
  publicUrl: "http://127.0.0.1:8080",
  edgePort: 8080,
  settings: {},
  settingsOf: {},
};

describe("planServices()", () => {
  it("gives each process a name that was never used, and its service's own user", () => {
    next = 0;
    const plans = planServices({ edge: 1, stt: 2, dialog: 1, greetings: 0 }, AROUND, random);
    assertEquals(plans.map(({ label, instance, env }) => [label, instance, env["NATS_USER"]]), [
      ["edge-1", "edge-1-r0", "edge"],
      ["stt-1", "stt-1-r1", "stt"],
      ["stt-2", "stt-2-r2", "stt"],
      ["dialog-1", "dialog-1-r3", "dialog"],
    ]);
    for (const { instance, env } of plans) assertEquals(env["INSTANCE"], instance);
  });

  it("tells the edge alone the secret of streams and where Twilio reaches it", () => {
    const plans = planServices(ONE_OF_EACH, AROUND, random);
    for (const { name, env } of plans) {
      assertEquals(
        [env["PORT"], env["PUBLIC_URL"], env["STREAM_TOKEN_SECRET"]],
        name === "edge" ? ["8080", "http://127.0.0.1:8080", "secret"] : Array(3).fill(undefined),
        name,
      );
    }
  });

  it("gives every builder, and nobody else, the token of the run", () => {
    const settings = { ADMIN_TOKEN: "another" };
    const settingsOf = { greetings: settings };
    const plans = planServices(
      { ...ONE_OF_EACH, greetings: 2 },
      { ...AROUND, settingsOf },
      random,
    );
    assertEquals(plans.map(({ label, env }) => [label, env["ADMIN_TOKEN"]]), [
      ["edge-1", undefined],
      ["stt-1", undefined],
      ["dialog-1", undefined],
      ["greetings-1", "the token of one run"],
      ["greetings-2", "the token of one run"],
    ]);
  });

  it("hands settings on, a service's own before those of all, and its own plan before both", () => {
    const [, stt, dialog] = planServices(ONE_OF_EACH, {
      ...AROUND,
      settings: { STT_BATCH_MS: "60", NATS_URL: "nats://elsewhere" },
      settingsOf: { stt: { STT_BATCH_MS: "80", HTTP_PORT: "1" } },
    }, random);
    const read = (plan: typeof stt) =>
      ["STT_BATCH_MS", "HTTP_PORT", "NATS_URL"].map((name) => plan?.env[name]);
    assertEquals(read(stt), ["80", "0", AROUND.natsUrl]);
    assertEquals(read(dialog), ["60", "0", AROUND.natsUrl]);
  });
});

describe("planServices() on a machine that is set up for another nats-server", () => {
  it("leaves no other login", () => {
    const settings = { NATS_CREDS_FILE: "/etc/kav.creds", NATS_INBOX_PREFIX: "_INBOX" };
    for (const { env } of planServices(ONE_OF_EACH, { ...AROUND, settings }, random)) {
      assertEquals([env["NATS_CREDS_FILE"], env["NATS_INBOX_PREFIX"]], ["", ""]);
    }
  });
});

describe("urlOfUser()", () => {
  it("puts name and password in front of the host", () => {
    const expected = `nats://tap:${passwords.tap}@127.0.0.1:4000`;
    assertEquals(urlOfUser(AROUND.natsUrl, "tap", passwords), expected);
  });
});
