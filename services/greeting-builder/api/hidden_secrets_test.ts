import { assert, assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { business } from "shared/store/business.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { ApiBench, DOCUMENT } from "../testing/api_bench.ts";
import { HIDDEN } from "./hidden_secrets.ts";

const { version: _, ...SHOP } = SAMPLE_BUSINESS;
const [SECRET, OTHER] = ["the secret of the shop", "another secret of it"] as const;
const tool = (name: string, changes: Record<string, unknown> = {}) => ({
  name,
  description: "Finds an order",
  url: "https://tools.example.com/orders",
  ...changes,
});
const OPEN = tool("open_hours");
const NEW = { ...SHOP, tools: [tool("find_order", { secret: SECRET }), OPEN] };

let bench: ApiBench;
beforeEach(() => {
  bench = new ApiBench();
});

const read = async () => (await bench.ask("GET", "/api/businesses/shop")).body;
const secrets = async () =>
  (await bench.stores.businesses.get("shop"))?.tools.map((of) => of.secret);

describe("secrets of tools", () => {
  it("are stored and never shown", async () => {
    const answers = [
      await bench.put(NEW),
      await bench.ask("GET", "/api/businesses/shop"),
      await bench.ask("GET", "/api/businesses"),
    ];
    for (const { body } of answers) {
      assert(!JSON.stringify(body).includes(SECRET));
      const [first, second] = (body.businesses?.[0] ?? body).tools;
      assertEquals([first.secret, "secret" in second], [HIDDEN, false]);
    }
    assertEquals(await secrets(), [SECRET, undefined]);
    assert(!bench.logged.join().includes(SECRET));
  });

  it("stay as they are when what was read is written back", async () => {
    await bench.put(NEW);
    const { status, body } = await bench.put(await read());
    assertEquals([status, body.version], [200, 1]);
    const changed = await bench.put({ ...body, name: "New", tools: body.tools.toReversed() });
    assertEquals([changed.status, changed.body.version], [200, 2]);
    assertEquals(await secrets(), [undefined, SECRET]);
  });

  it("are changed, added and left out as it is written", async () => {
    await bench.put(NEW);
    const tools = [tool("find_order", { secret: OTHER }), { ...OPEN, secret: SECRET }];
    const { body } = await bench.put({ ...await read(), tools });
    assertEquals([body.version, await secrets()], [2, [OTHER, SECRET]]);
    await bench.put({ ...body, tools: [tool("find_order"), body.tools[1]] });
    assertEquals(await secrets(), [undefined, SECRET]);
  });

  it("that are not stored cannot stay as they are: 422 with the field", async () => {
    const hidden = { ...NEW, tools: [OPEN, tool("find_order", { secret: HIDDEN })] };
    const created = await bench.put(hidden);
    assertEquals([created.status, created.body.errors], [422, [{
      field: "tools.1.secret",
      message: "no secret of the tool find_order is stored, which this would leave as it is",
    }]]);
    await bench.put({ ...NEW, tools: [OPEN] });
    for (const name of ["find_order", "open_hours"]) {
      const tools = [tool(name, { secret: HIDDEN })];
      const { status, body } = await bench.put({ ...await read(), tools });
      assertEquals([status, body.errors[0].field], [422, "tools.0.secret"]);
    }
    assertEquals((await read()).version, 1);
  });

  it("are looked for in the version that was read: 409 before 422", async () => {
    await bench.put(NEW);
    const { body } = await bench.put({ ...await read(), tools: [] });
    const late = { ...NEW, version: 1, tools: [tool("find_order", { secret: HIDDEN })] };
    assertEquals([body.version, (await bench.put(late)).status], [2, 409]);
  });

  it("are 16 characters at least, in the document too", async () => {
    for (const secret of ["", "*******", "*********", "short"]) {
      const { status, body } = await bench.put({ ...SHOP, tools: [tool("a", { secret })] });
      assertEquals([status, body.errors[0].field], [422, "tools.0.secret"]);
    }
    // deno-lint-ignore no-explicit-any -- a walk down
    const { Business, BusinessUpdate } = (DOCUMENT as any).components.schemas;
    const secretOf = (schema: typeof Business) => schema.properties.tools.items.properties.secret;
    assertEquals(secretOf(Business).const, HIDDEN);
    assertEquals(secretOf(BusinessUpdate).anyOf, [
      { type: "string", const: HIDDEN },
      { type: "string", minLength: 16, maxLength: 200 },
    ]);
  });
});

describe("HIDDEN", () => {
  it("is no secret of a business file", () => {
    const result = business.safeParse({
      ...SAMPLE_BUSINESS,
      tools: [tool("a", { secret: HIDDEN })],
    });
    assertEquals(result.error?.issues[0]?.path, ["tools", 0, "secret"]);
  });
});
