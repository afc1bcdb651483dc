import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { problem } from "../api/testing/fake_api.ts";
import { FakeSession } from "../api/testing/fake_session.ts";
import type { BusinessRequest } from "./arguments.ts";
import { readBusinessText } from "./business_text.ts";
import { runBusinessCommand } from "./business_command.ts";

const CAFE = sampleBusiness({
  id: "cafe",
  version: 12,
  name: "בית קפה",
  called_numbers: ["+97231234567", "+97231234568"],
  language: "he-IL",
  greeting: {
    text: "שלום,\nהגעתם לבית הקפה של הרחוב הראשי בעיר, איך נוכל לעזור?",
    interruptible: false,
  },
});

describe("runBusinessCommand()", () => {
  let session: FakeSession;
  beforeEach(() => {
    session = new FakeSession();
    session.api.stored.set("shop", sampleBusiness({}));
    session.api.stored.set("cafe", CAFE);
  });

  const run = (request: BusinessRequest) =>
    runBusinessCommand(session, request, () => Promise.reject(new Error("reads no file")));

  it("lists businesses in columns, a greeting as its first words", async () => {
    assertEquals(await run({ command: "list", json: false }), 0);
    assertEquals(session.printed, [
      "id    version  name      numbers                    language  greeting",
      "shop  1        The Shop  +15550100001               en-US     Hello this is the shop. How are you?",
      "cafe  12       בית קפה   +97231234567 +97231234568  he-IL     שלום, הגעתם לבית הקפה של הרחוב הראשי בע…",
    ]);
  });

  it("says when there is none", async () => {
    session.api.stored.clear();
    assertEquals(await run({ command: "list", json: false }), 0);
    assertEquals(session.printed, ["no businesses"]);
  });

  it("prints JSON where it is asked to", async () => {
    assertEquals(await run({ command: "list", json: true }), 0);
    const { businesses } = JSON.parse(session.printed.join("\n"));
    assertEquals(businesses.length, 2);
    session.printed.length = 0;
    assertEquals(await run({ command: "show", id: "cafe", json: true }), 0);
    assertEquals(JSON.parse(session.printed.join("\n")), CAFE);
  });

  it("shows a business as `set` takes it", async () => {
    assertEquals(await run({ command: "show", id: "cafe", json: false }), 0);
    const read = readBusinessText(session.printed.join("\n"), "(shown)");
    assertEquals(read.ok && read.business as unknown, CAFE);
  });

  it("deletes a business, that version where one is given", async () => {
    assertEquals(await run({ command: "delete", id: "shop", version: undefined }), 0);
    assertEquals(await run({ command: "delete", id: "cafe", version: 12 }), 0);
    assertEquals(session.printed, ["shop: deleted", "cafe: deleted"]);
    assertEquals(session.api.asked, [
      "DELETE /api/businesses/shop",
      "DELETE /api/businesses/cafe?version=12",
    ]);
  });

  it("says what is not there, or is there in another version", async () => {
    assertEquals(await run({ command: "show", id: "pub", json: false }), 1);
    const conflict = () => problem(409, { detail: "other", current: 12 });
    session.api.instead.set("DELETE /api/businesses/cafe?version=3", conflict);
    assertEquals(await run({ command: "delete", id: "cafe", version: 3 }), 1);
    assertEquals(session.noted, [
      "Cannot show pub: there is no such business",
      "Cannot delete cafe: version 12 is stored",
    ]);
    assertEquals(session.printed, []);
  });

  it("says what to start when nobody is there", async () => {
    session.api.instead.set("GET /api/businesses", () => {
      throw new TypeError("connection refused");
    });
    assertEquals(await run({ command: "list", json: false }), 1);
    assertStringIncludes(session.noted[0]!, "http://api.test (API_URL): connection refused");
    assertStringIncludes(session.noted[0]!, "`deno task up`");
  });

  it("says whose token is refused", async () => {
    session = new FakeSession("another token");
    assertEquals(await run({ command: "list", json: false }), 1);
    assertEquals(session.noted, [
      "Cannot use the business API at http://api.test with the token of ADMIN_TOKEN: " +
      "Cannot let you in: another token",
    ]);
  });
});
