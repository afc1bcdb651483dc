import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { problem } from "../api/testing/fake_api.ts";
import { FakeSession } from "../api/testing/fake_session.ts";
import { runBusinessCommand } from "./business_command.ts";

const SHOP = { id: "shop", name: "Shop", called_numbers: ["+15550100001"], language: "en-US" };
const text = (fields: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ ...SHOP, greeting: { text: "Hello." }, ...fields }, null, 2);

describe("business set", () => {
  let session: FakeSession;
  beforeEach(() => {
    session = new FakeSession();
  });

  const set = (fields: Readonly<Record<string, unknown>>, force = false) =>
    runBusinessCommand(
      session,
      { command: "set", file: "shop.json", force },
      () => Promise.resolve(text(fields)),
    );
  const version = () => session.api.stored.get("shop")?.version;

  it("creates, changes, and says when there was nothing to change", async () => {
    assertEquals(await set({}), 0);
    assertEquals(await set({ version: 1, name: "Shop 2" }), 0);
    assertEquals(await set({ version: 2, name: "Shop 2" }), 0);
    assertEquals(session.printed, [
      "shop: created version 1",
      "shop: version 2 stored (was 1)",
      "shop: unchanged, version 2",
    ]);
    assertEquals(session.noted, []);
  });

  it("refuses an older version, says which is newer and what to do", async () => {
    for (const fields of [{}, { version: 1, name: "B" }, { version: 2, name: "C" }]) {
      await set(fields);
    }
    assertEquals(await set({ version: 1, name: "D" }), 1);
    assertEquals(await set({ name: "D" }), 1);
    assertEquals(await set({ version: 9, name: "D" }), 1);
    const todo = "See it with `deno task business show shop` and apply the change to that, or " +
      "store it with --force";
    const cannot = "Cannot store shop: version 3 is stored, and the text has";
    assertEquals(session.noted, [
      `${cannot} version 1: somebody has changed it since it was read`,
      todo,
      `${cannot} no version`,
      todo,
      `${cannot} version 9`,
      todo,
    ]);
    assertEquals(version(), 3);
  });

  it("says when it was deleted meanwhile", async () => {
    const gone = () => problem(409, { detail: "gone", current: null });
    session.api.instead.set("PUT /api/businesses/shop", gone);
    assertEquals(await set({ version: 3 }), 1);
    assertEquals(session.noted, [
      "Cannot store shop: it is not stored any more, and the text has version 3",
      "Leave `version` out to create it, or store it with --force",
    ]);
  });

  it("writes over whatever is there with --force", async () => {
    assertEquals(await set({ version: 5 }, true), 0);
    assertEquals(await set({ version: 1, name: "B" }, true), 0);
    assertEquals(await set({ name: "C" }, true), 0);
    assertEquals(session.printed, [
      "shop: created version 1",
      "shop: version 2 stored (was 1)",
      "shop: version 3 stored (was 2)",
    ]);
  });

  it("names every wrong field with its place in the text", async () => {
    const errors = [
      { field: "greeting.text", message: "a letter or digit" },
      { field: "voise", message: "there is no such field" },
    ];
    session.api.instead.set("PUT /api/businesses/shop", () => problem(422, { errors }));
    assertEquals(await set({ voise: "kal" }), 1);
    assertEquals(session.noted, [
      "shop.json:9:13 greeting.text: a letter or digit",
      "shop.json:11:12 voise: there is no such field",
    ]);
  });

  it("names the business that has the number", async () => {
    const taken = () => problem(409, { number: "+15550100001", business: "cafe" });
    session.api.instead.set("PUT /api/businesses/shop", taken);
    assertEquals(await set({}), 1);
    assertEquals(session.noted, [
      "Cannot store shop: the called number +15550100001 reaches the business cafe",
    ]);
  });

  it("sends nothing of a text that it cannot read", async () => {
    const run = (read: () => Promise<string>) =>
      runBusinessCommand(session, { command: "set", file: "-", force: false }, read);
    assertEquals(await run(() => Promise.resolve("id: [")), 1);
    assertEquals(await run(() => Promise.reject(new Error("no such file"))), 1);
    assertEquals(session.noted[0]?.startsWith("(standard input):1:"), true, session.noted[0]);
    assertEquals(session.noted.at(-1), "Cannot read (standard input): no such file");
    assertEquals(session.api.asked, []);
  });
});
