import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ApiClient, type Fetch } from "./client.ts";
import { json, problem } from "./testing/fake_api.ts";

const SHOP = {
  id: "shop",
  version: 3,
  name: "The Shop",
  called_numbers: ["+15550100001"],
  language: "en-US",
  greeting: { text: "Hello.", interruptible: false },
  not_known_here: true,
};

const clientOf = (fetch: Fetch, timeoutMs?: number) =>
  new ApiClient({
    url: "http://api.test",
    token: "hush",
    fetch,
    ...timeoutMs !== undefined && { timeoutMs },
  });
const answering = (response: () => Response) => clientOf(() => Promise.resolve(response()));

describe("ApiClient", () => {
  it("sends its token, the version to be replaced, and ids that no path can break", async () => {
    const requests: Request[] = [];
    const client = clientOf((request) => {
      requests.push(request);
      return Promise.resolve(json(200, SHOP));
    });
    await client.put({ id: "a/../b", name: "A", version: 9 }, 4);
    await client.put({ id: "shop", version: 9 }, undefined);
    await client.delete("shop", 7);
    const [put, create, del] = requests;
    assertEquals(put!.url, "http://api.test/api/businesses/a%2F..%2Fb");
    assertEquals(put!.headers.get("authorization"), "Bearer hush");
    assertEquals(await put!.json(), { id: "a/../b", name: "A", version: 4 });
    assertEquals(await create!.json(), { id: "shop" });
    assertEquals([del!.method, new URL(del!.url).search], ["DELETE", "?version=7"]);
    assertEquals(requests.map(({ redirect }) => redirect), Array(3).fill("manual"));
  });

  it("gives businesses with the fields that it does not know", async () => {
    assertEquals(await answering(() => json(200, SHOP)).get("shop"), { kind: "done", value: SHOP });
    const list = answering(() => json(200, { businesses: [SHOP] }));
    assertEquals(await list.list(), { kind: "done", value: [SHOP] });
    const put = await answering(() => json(201, SHOP)).put(SHOP, undefined);
    assertEquals(put, { kind: "done", value: { created: true, business: SHOP } });
  });

  const errors = [{ field: "greeting.text", message: "is missing" }];
  for (
    const [status, members, expected] of [
      [401, { detail: "no" }, { kind: "unauthorized", reason: "no" }],
      [404, { detail: "none" }, { kind: "unknown_business" }],
      [409, { detail: "v", current: 4 }, { kind: "version", current: 4 }],
      [409, { detail: "v", current: null }, { kind: "version", current: null }],
      [409, { number: "+1", business: "b" }, { kind: "number", number: "+1", business: "b" }],
      [422, { errors }, { kind: "fields", errors }],
      [413, { detail: "too large" }, { kind: "failed", reason: "it answers 413: too large" }],
      [503, { detail: "no store" }, { kind: "failed", reason: "it answers 503: no store" }],
      [409, {}, { kind: "failed", reason: "it answers 409: Problem" }],
    ] as const
  ) {
    it(`knows ${status} with ${JSON.stringify(members)} as ${expected.kind}`, async () => {
      const result = await answering(() => problem(status, members)).put({ id: "shop" }, 1);
      assertEquals(result, expected);
    });
  }

  for (
    const [what, response] of [
      ["a page that is not there", () => new Response("not found", { status: 404 })],
      ["a redirect", () => new Response(null, { status: 302, headers: { location: "http://x" } })],
      ["a web page", () => new Response("<html>")],
      ["other JSON", () => json(200, { id: 1 })],
      ["broken JSON", () => new Response('{"id":')],
    ] as const
  ) {
    it(`takes ${what} for another server`, async () => {
      const result = await answering(response).get("shop");
      assert(result.kind === "failed");
      assertStringIncludes(result.reason, "is it the business API?");
    });
  }

  it("says when nobody is there", async () => {
    const cause = new Error("error sending request for url (http://api.test/api): refused");
    const client = clientOf(() => Promise.reject(new TypeError("fetch failed", { cause })));
    const expected = { kind: "unreachable", reason: "refused" } as const;
    assertEquals(await client.list(), expected);
    assertEquals(await client.greetings(), expected);
  });

  it("waits no longer than its time for an answer that does not come", async () => {
    const silent: Fetch = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    assertEquals(await clientOf(silent, 5).list(), {
      kind: "unreachable",
      reason: "no answer within 0.005 s",
    });
  });
});
