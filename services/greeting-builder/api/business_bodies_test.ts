import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { ApiBench, TOKEN } from "../testing/api_bench.ts";

const SHOP = "/api/businesses/shop";
const LIMIT = 256 * 1024;
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };

let bench: ApiBench;
beforeEach(() => {
  bench = new ApiBench();
});

type BodyInit = NonNullable<RequestInit["body"]>;

const putRaw = (body: BodyInit, headers: Record<string, string> = {}) =>
  bench.fetch(SHOP, { method: "PUT", headers: { ...AUTHORIZATION, ...headers }, body });

/** JSON of exactly so many bytes. */
function bodyOf(bytes: number): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(SAMPLE_BUSINESS);
  return new TextEncoder().encode(text + " ".repeat(bytes - text.length));
}

function chunked(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 10_000) {
        controller.enqueue(bytes.slice(at, at + 10_000));
      }
      controller.close();
    },
  });
}

/** The fields that are named. */
async function wrong(changes: Record<string, unknown>): Promise<string[]> {
  const { status, body } = await bench.put({ ...SAMPLE_BUSINESS, ...changes }, "shop");
  assertEquals(status, 422);
  return body.errors.map(({ field }: { field: string }) => field);
}

describe("The body of a PUT", () => {
  it("may have 256 KiB, and not a byte more: 413", async () => {
    const length = (bytes: number) => ({ "content-length": String(bytes) });
    assertEquals((await putRaw(bodyOf(LIMIT), length(LIMIT))).status, 201);
    assertEquals((await putRaw(bodyOf(LIMIT + 1), length(LIMIT + 1))).status, 413);
  });

  it("is not read when it says that it is too large: 413", async () => {
    let pulled = 0;
    const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
    const { status } = await putRaw(body, { "content-length": String(LIMIT + 1) });
    assertEquals([status, pulled], [413, 0]);
  });

  it("may have 256 KiB in chunks too, and not a byte more: 413", async () => {
    assertEquals((await putRaw(chunked(bodyOf(LIMIT)))).status, 201);
    assertEquals((await putRaw(chunked(bodyOf(LIMIT + 1)))).status, 413);
    const headers = { "content-length": "10", "transfer-encoding": "chunked" };
    assertEquals((await putRaw(chunked(bodyOf(LIMIT + 1)), headers)).status, 413);
  });

  const broken = {
    "nothing": "",
    "half of it": '{"id":"shop"',
    "YAML": "id: shop",
    "not UTF-8": new Uint8Array([0x22, 0xff, 0x22]),
    "10,000 open brackets": "[".repeat(10_000),
  };
  for (const [what, body] of Object.entries(broken)) {
    it(`is JSON: ${what} is answered with 400`, async () => {
      assertEquals((await putRaw(body, { "content-type": "application/json" })).status, 400);
    });
  }

  it("is taken whatever type it is said to be", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"]) {
      const { status } = await putRaw(bodyOf(5_000), { "content-type": type });
      assertEquals(status < 300, true, type);
    }
  });

  it("that breaks off is nobody's failure", async () => {
    const sent: Record<string, string>[] = [{}, { "content-length": "5000" }];
    for (const headers of sent) {
      const body = new ReadableStream({
        pull: (controller) => controller.error(new Error("connection reset")),
      });
      const { status, body: { detail } } = await putRaw(body, headers);
      assertEquals([status, detail], [400, "Cannot read the body: it was broken off"]);
    }
    assertEquals(bench.logged, []);
  });
});

describe("A business in a PUT", () => {
  it("must have all its fields, each of which is named: 422", async () => {
    const { status, body } = await bench.put({}, "shop");
    assertEquals(status, 422);
    assertEquals(body.errors.map(({ field }: { field: string }) => field), [
      "name",
      "called_numbers",
      "greeting",
      "not_understood",
      "questions",
      "goodbye",
      "fallback",
    ]);
    assertEquals(body.errors[0], { field: "name", message: "is missing" });
  });

  const cases: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
    ["an empty greeting", { greeting: { text: " " } }, ["greeting.text"]],
    ["a greeting without words", { greeting: { text: "👋" } }, ["greeting.text"]],
    ["a greeting of 5,001 bytes", { greeting: { text: "ש".repeat(2_500) + "a" } }, [
      "greeting.text",
    ]],
    ["numbers not E.164", { called_numbers: ["1", "+15550100001", "0"] }, [
      "called_numbers.0",
      "called_numbers.2",
    ]],
    ["an unknown field", { prompt: "x", greeting: { text: "a", loud: 1 } }, [
      "greeting.loud",
      "prompt",
    ]],
    ["a key that does nothing known", { keypad: { "1": { do: "dance" } } }, ["keypad.1.do"]],
    ["a key that is none", { keypad: { "x": { do: "goodbye" } } }, ["keypad.x"]],
    ["a key that answers no question", { keypad: { "1": { do: "answer", question: "no" } } }, [
      "keypad.1.question",
    ]],
    ["a phrasing twice", {
      say_again: { phrasings: ["goodbye"] },
    }, ["goodbye.phrasings.0"]],
    ["a version of no kind", { version: 1.5 }, ["version"]],
    ["a version that nothing could follow", { version: 0xffff_ffff }, ["version"]],
    ["another id than the path", { id: "other" }, ["id"]],
    ["an id that is none", { id: "a b" }, ["id"]],
  ];
  for (const [what, changes, fields] of cases) {
    it(`cannot have ${what}: 422 for ${fields.join(", ")}`, async () => {
      assertEquals(await wrong(changes), fields);
    });
  }

  it("is an object", async () => {
    for (const body of [[], null, "shop", 7]) {
      const answer = await bench.ask("PUT", SHOP, body);
      assertEquals([answer.status, answer.body.errors.at(-1).field], [422, "(body)"]);
    }
  });

  for (const method of ["GET", "PUT", "DELETE"]) {
    it(`is not found under an id that cannot be: ${method} gets 422`, async () => {
      for (const id of ["a.b", "a%2Fb", "a%20b", "%zz", "x".repeat(65), "%D7%A7%D7%95"]) {
        const body = method === "PUT" ? { ...SAMPLE_BUSINESS, id: undefined } : undefined;
        const answer = await bench.ask(method, `/api/businesses/${id}`, body);
        assertEquals([answer.status, answer.body.errors[0].field], [422, "id"], id);
      }
    });
  }

  it("may be wrong in more places than anybody reads", async () => {
    const { body } = await bench.put({ ...SAMPLE_BUSINESS, facts: Array(500).fill("") }, "shop");
    assertEquals([body.errors.length, body.errors.at(-1).message], [101, "and 400 more"]);
    assertStringIncludes(body.detail, "fields are wrong");
  });
});
