import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Business } from "shared/store/business.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { BusinessDirectory } from "./business_directory.ts";
import { aBusiness, FakeBusinessStore, RecordedLog } from "./testing/fixtures.ts";

const FIRST = aBusiness("first", "+15550000001");
const IN_FILE = aBusiness("in_file", "+15550000002");
const STORED = aBusiness("stored", "+15550000003");

describe("BusinessDirectory", () => {
  let clock: FakeClock;
  let log: RecordedLog;
  let store: FakeBusinessStore;
  let directory: BusinessDirectory;
  beforeEach(() => {
    clock = new FakeClock();
    log = new RecordedLog();
    store = new FakeBusinessStore(STORED);
    directory = new BusinessDirectory({ store, file: [FIRST, IN_FILE], clock, log });
  });

  /** The answer once 60 ms have passed, and whether it needed them. */
  async function inTime(asked: Promise<Business>): Promise<Business | "late"> {
    let got: Business | "late" = "late";
    asked.then((business) => got = business);
    await clock.advance(60);
    return got;
  }

  it("byNumber() gives what the store has", async () => {
    assertStrictEquals(await directory.byNumber("+15550000003"), STORED);
    assertEquals(clock.now(), 0);
  });

  it("byNumber() while the store is empty looks into the file, then takes its first", async () => {
    store.businesses = [];
    await directory.refresh();
    assertStrictEquals(await directory.byNumber("+15550000002"), IN_FILE);
    assertStrictEquals(await directory.byNumber("+15559999999"), FIRST);
    assertStrictEquals(await directory.byNumber(undefined), FIRST);
    assertEquals(log.lines, []);
  });

  for (const how of ["its list", "a read by number", "a read by id"] as const) {
    it(`finds nothing in the file of which the store has gone, once ${how} has shown that it holds any`, async () => {
      if (how === "its list") await directory.refresh();
      else if (how === "a read by id") await directory.byId("stored");
      else await directory.byNumber("+15550000003");
      assertStrictEquals(await directory.byNumber("+15550000002"), FIRST);
      assertStrictEquals(await directory.byId("in_file"), FIRST);
    });
  }

  it("looks into the file again while such a store is away, and once it is empty", async () => {
    await directory.refresh();
    store.mood.state = "fails";
    assertStrictEquals(await directory.byNumber("+15550000002"), IN_FILE);
    store.mood.state = "answers";
    store.businesses = [];
    assertStrictEquals(await directory.byNumber("+15550000002"), FIRST);
    await directory.refresh();
    assertStrictEquals(await directory.byNumber("+15550000002"), IN_FILE);
  });

  it("byNumber() gives the last copy when the store fails, or within 60 ms when it is slow", async () => {
    await directory.byNumber("+15550000003");
    store.mood.state = "fails";
    assertStrictEquals(await directory.byNumber("+15550000003"), STORED);
    store.mood.hang();
    assertStrictEquals(await inTime(directory.byNumber("+15550000003")), STORED);
    assertMatch(log.lines[0]!, /^warn business_store: .*"reason":"failed"/);
    assertMatch(log.lines[1]!, /^warn business_store: .*"reason":"timeout"/);
  });

  it("byNumber() without store and copy gives the file's, else its first", async () => {
    store.mood.state = "fails";
    assertStrictEquals(await directory.byNumber("+15550000002"), IN_FILE);
    assertStrictEquals(await directory.byNumber("+15550000003"), FIRST);
  });

  it("byNumber() keeps for the next call what came too late for this one", async () => {
    store.mood.hang();
    assertStrictEquals(await inTime(directory.byNumber("+15550000003")), FIRST);
    store.mood.release();
    await settle();
    store.mood.state = "fails";
    assertStrictEquals(await directory.byNumber("+15550000003"), STORED);
  });

  it("byNumber() forgets a number that the store no longer knows", async () => {
    await directory.byNumber("+15550000003");
    store.businesses = [];
    assertStrictEquals(await directory.byNumber("+15550000003"), FIRST);
    store.mood.state = "fails";
    assertStrictEquals(await directory.byNumber("+15550000003"), FIRST);
  });

  it("byId() goes the same way", async () => {
    assertStrictEquals(await directory.byId("in_file"), IN_FILE);
    assertStrictEquals(await directory.byId("stored"), STORED);
    assertStrictEquals(await directory.byId("nobody"), FIRST);
    store.mood.hang();
    assertStrictEquals(await inTime(directory.byId("stored")), STORED);
    store.mood.release();
    store.businesses = [];
    assertStrictEquals(await directory.byId("stored"), FIRST);
    store.mood.state = "fails";
    assertStrictEquals(await directory.byId("stored"), FIRST);
  });

  it("refresh() copies the store's list, so that a first call needs no store", async () => {
    assertEquals(await directory.refresh(), true);
    store.mood.state = "fails";
    assertStrictEquals(await directory.byNumber("+15550000003"), STORED);
    assertStrictEquals(await directory.byId("stored"), STORED);
  });

  it("refresh() drops what the list no longer has, and keeps the copies when the store is away", async () => {
    await directory.refresh();
    store.mood.state = "fails";
    assertEquals(await directory.refresh(), false);
    assertStrictEquals(await directory.byId("stored"), STORED);
    store.mood.state = "answers";
    store.businesses = [];
    await directory.refresh();
    store.mood.state = "fails";
    assertStrictEquals(await directory.byId("stored"), FIRST);
  });

  it("needs a file with a business", () => {
    assertThrows(
      () => new BusinessDirectory({ store, file: [], clock, log }),
      TypeError,
      "received none",
    );
  });
});
