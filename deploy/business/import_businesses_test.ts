import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { problem } from "../api/testing/fake_api.ts";
import { FakeSession } from "../api/testing/fake_session.ts";
import { runBusinessCommand } from "./business_command.ts";

const inFile = (id: string, version: number, name = id) =>
  sampleBusiness({ id, version, name, called_numbers: [`+1555010${id.charCodeAt(0)}`] });

describe("business import", () => {
  let session: FakeSession;
  beforeEach(() => {
    session = new FakeSession();
  });

  const importText = (text: string, force = false) =>
    runBusinessCommand(
      session,
      { command: "import", file: "all.yaml", force },
      () => Promise.resolve(text),
    );
  const importAll = (businesses: readonly unknown[], force = false) =>
    importText(JSON.stringify({ businesses }), force);
  const store = (...businesses: ReturnType<typeof inFile>[]) => {
    for (const each of businesses) session.api.stored.set(each.id, each);
  };

  it("creates, replaces, leaves what is the same, and what is newer", async () => {
    store(inFile("b", 2, "old"), inFile("c", 7), inFile("d", 4, "newer"));
    assertEquals(
      await importAll([inFile("a", 3), inFile("b", 2), inFile("c", 1), inFile("d", 3)]),
      1,
    );
    assertEquals(session.printed, [
      "a: created version 3",
      "b: version 3 stored (was 2)",
      "c: unchanged, version 7",
      "d: left alone: version 4 is stored, the file has version 3 (--force writes over it)",
      "4 businesses: 1 created, 1 replaced, 1 unchanged, 1 left alone",
    ]);
    assertEquals(session.api.stored.get("d")?.["name"], "newer");
  });

  it("ends with 0 when all are as in the file, and replaces newer ones with --force", async () => {
    store(inFile("d", 4, "newer"));
    assertEquals(await importAll([inFile("d", 3)], true), 0);
    assertEquals(await importAll([inFile("d", 3)]), 0);
    assertEquals(session.printed, [
      "d: version 5 stored (was 4)",
      "1 business: 1 replaced",
      "d: unchanged, version 5",
      "1 business: 1 unchanged",
    ]);
  });

  it("goes on after one that is refused", async () => {
    const taken = () => problem(409, { number: "+15550100001", business: "x" });
    session.api.instead.set("PUT /api/businesses/a", taken);
    session.api.instead.set("GET /api/businesses/b", () => problem(503, { detail: "no store" }));
    assertEquals(await importAll([inFile("a", 1), inFile("b", 1), inFile("c", 1)]), 1);
    assertEquals(session.printed, [
      "a: refused: the called number +15550100001 reaches the business x",
      "b: refused: it answers 503: no store",
      "c: created version 1",
      "3 businesses: 1 created, 2 refused",
    ]);
  });

  it("creates one again that was deleted as a later version", async () => {
    const gone = () => problem(409, { detail: "gone", current: null });
    session.api.instead.set("PUT /api/businesses/a", gone);
    assertEquals(await importAll([inFile("a", 3)]), 0);
    assertEquals(session.printed[0], "a: created version 1");
  });

  it("does not create one that is deleted while it is replaced", async () => {
    store(inFile("a", 1, "old"));
    const gone = () => problem(409, { detail: "gone", current: null });
    session.api.instead.set("PUT /api/businesses/a", gone);
    assertEquals(await importAll([inFile("a", 3)]), 1);
    assertEquals(session.printed[0], "a: refused: it is not stored");
  });

  it("stops where no other would fare better, and says how many were not tried", async () => {
    session.api.instead.set("GET /api/businesses/b", () => {
      throw new TypeError("connection refused");
    });
    assertEquals(await importAll([inFile("a", 1), inFile("b", 1), inFile("c", 1)]), 1);
    assertEquals(session.printed, ["a: created version 1"]);
    assertStringIncludes(session.noted[0]!, "http://api.test (API_URL): connection refused");
    assertEquals(session.noted.at(-1), "2 of 3 businesses not stored");
  });

  it("sends nothing of a file with problems, and names them all", async () => {
    const text = "businesses:\n  - id: a b\n    name: A\n  - 7\n";
    assertEquals(await importText(text), 1);
    assertEquals(session.api.asked, []);
    assertEquals(session.noted.some((line) => line.startsWith("all.yaml:2:9 ")), true);
    assertEquals(session.noted.some((line) => line.startsWith("all.yaml:4:5 ")), true);
  });
});
