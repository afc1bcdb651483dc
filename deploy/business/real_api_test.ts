import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { businessApi } from "services/greeting-builder/api/business_api.ts";
import { FakeSession } from "../api/testing/fake_session.ts";
import { greetingsStatus } from "../greetings_status/status_command.ts";
import { runBusinessCommand } from "./business_command.ts";

const TOKEN = "0123456789abcdef";

/** What the fake API of the other tests is a picture of. */
describe("business, over the real API", () => {
  const clock = new FakeClock();
  let session: FakeSession;

  const sessionWith = (token: string) => {
    const handle = businessApi({
      stores: new MemoryStores({ clock }),
      token: TOKEN,
      hashOf: (business) => greetingHash(business, "flite"),
      announce: () => {},
      log: new LineLog({ write: () => {}, clock }),
      metrics: new Metrics(),
    });
    return new FakeSession(
      token,
      async (request) => await handle(request) ?? new Response("not found", { status: 404 }),
    );
  };
  beforeEach(() => {
    session = sessionWith(TOKEN);
  });

  const run = (command: "set" | "import", content: unknown) =>
    runBusinessCommand(
      session,
      { command, file: "f", force: false },
      () => Promise.resolve(JSON.stringify(content)),
    );
  const { version: _, ...unversioned } = sampleBusiness({});

  it("creates, changes, finds nothing to change, and refuses an older version", async () => {
    assertEquals(await run("set", unversioned), 0);
    assertEquals(await run("set", { ...unversioned, version: 1, name: "New" }), 0);
    assertEquals(await run("set", { ...unversioned, version: 2, name: "New" }), 0);
    assertEquals(await run("set", { ...unversioned, version: 1 }), 1);
    assertEquals(session.printed, [
      "shop: created version 1",
      "shop: version 2 stored (was 1)",
      "shop: unchanged, version 2",
    ]);
    assertStringIncludes(session.noted[0]!, "Cannot store shop: version 2 is stored");
  });

  it("names wrong fields, and who has a number", async () => {
    await run("set", unversioned);
    assertEquals(await run("set", { ...unversioned, id: "b" }), 1);
    assertEquals(await run("set", { ...unversioned, id: "b", called_numbers: ["1"], x: 1 }), 1);
    assertStringIncludes(session.noted[0]!, "+15550100001 reaches the business shop");
    const fields = session.noted.slice(1).map((line) => line.split(" ")[1]).toSorted();
    assertEquals(fields, ["called_numbers.0:", "x:"]);
  });

  it("imports, deletes, imports again as a later version, and tells of greetings", async () => {
    const file = { businesses: [sampleBusiness({ version: 4 })] };
    assertEquals(await run("import", file), 0);
    assertEquals(await run("import", file), 0);
    const gone = { command: "delete", id: "shop", version: 4 } as const;
    assertEquals(await runBusinessCommand(session, gone, () => Promise.resolve("")), 0);
    assertEquals(await runBusinessCommand(session, gone, () => Promise.resolve("")), 1);
    assertEquals(await run("import", file), 0);
    const request = { json: false, waitSeconds: 0 };
    assertEquals(await greetingsStatus(session, request, { clock, wallMs: () => 0 }), 1);
    assertEquals(session.printed.filter((line) => line.startsWith("shop")), [
      "shop: created version 4",
      "shop: unchanged, version 4",
      "shop: deleted",
      "shop: created version 6",
      "shop      missing  -      -      -    -",
    ]);
    assertEquals(session.noted, ["Cannot delete shop: it is not stored"]);
  });

  it("shows no secret, keeps it when that is set again, and imports another one", async () => {
    const tool = (secret: string) => ({
      name: "find_order",
      description: "Finds an order",
      url: "https://tools.example.com/",
      secret,
    });
    const inFile = (secret: string) => ({
      businesses: [{ ...sampleBusiness({}), tools: [tool(secret)] }],
    });
    const [first, second] = ["the first secret of it", "the second secret of it"];
    assertEquals(await run("import", inFile(first)), 0);
    const show = { command: "show", id: "shop", json: false } as const;
    assertEquals(await runBusinessCommand(session, show, () => Promise.resolve("")), 0);
    const shown = session.printed.at(-1)!;
    assertStringIncludes(shown, 'secret: "********"');
    assertEquals(shown.includes(first), false);
    const set = { command: "set", file: "f", force: false } as const;
    assertEquals(await runBusinessCommand(session, set, () => Promise.resolve(shown)), 0);
    for (const secret of [first, second]) assertEquals(await run("import", inFile(secret)), 0);
    assertEquals(session.printed.filter((line) => line.startsWith("shop: ")), [
      "shop: created version 1",
      "shop: unchanged, version 1",
      "shop: unchanged, version 1",
      "shop: version 2 stored (was 1)",
    ]);
  });

  it("says that the token is another one", async () => {
    session = sessionWith("another");
    assertEquals(await run("set", unversioned), 1);
    assertStringIncludes(session.noted[0]!, "is not the ADMIN_TOKEN of this API");
  });
});
