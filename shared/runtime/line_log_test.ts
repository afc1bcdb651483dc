import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LineLog } from "./line_log.ts";

let lines: string[];
let clock: FakeClock;

function newLog(options: { logText?: boolean; level?: "debug" | "warn" } = {}): LineLog {
  return new LineLog({
    write: (line) => lines.push(line),
    clock,
    wallTime: () => new Date(1_700_000_000_000),
    ...options,
  });
}

/** What was written, without time and line feed. */
const written = () => lines.map((line) => line.replace(/^\S+ /, "").trimEnd());

beforeEach(() => {
  lines = [];
  clock = new FakeClock();
});

describe("LineLog", () => {
  it("writes one line per entry: time, level, message, fields", () => {
    newLog().info("call started", {
      call: "CA1",
      leg: 0,
      tls: true,
      reason: null,
      none: undefined,
    });
    assertEquals(lines, [
      "2023-11-14T22:13:20.000Z info call started call=CA1 leg=0 tls=true reason=null\n",
    ]);
  });

  it("never lets an entry span lines or move the cursor", () => {
    newLog().warn("bad\nmessage\x1b[2J", { error: 'no "start"\nat x.ts', path: "a b", eq: "a=b" });
    assertEquals(lines.length, 1);
    assertEquals(written(), [
      String
        .raw`warn bad\nmessage\u001b[2J error="no \"start\"\nat x.ts" path="a b" eq="a=b"`,
    ]);
  });

  it("leaves out what is below its level", () => {
    newLog().debug("not by default");
    newLog({ level: "warn" }).info("not at warn");
    newLog({ level: "debug" }).debug("at debug");
    newLog({ level: "warn" }).error("always");
    assertEquals(written(), ["debug at debug", "error always"]);
  });

  it("with() adds its fields to every line, the entry's own winning", () => {
    const log = newLog().with({ service: "ws-edge", call: "CA1" }).with({ call: "CA2" });
    log.info("one");
    log.info("two", { service: "stt" });
    assertEquals(written(), [
      "info one service=ws-edge call=CA2",
      "info two service=stt call=CA2",
    ]);
  });

  it("redacts callers' words, numbers and digits, and writes them with LOG_TEXT=on", () => {
    const fields = { from: "+15551234567", digit: "5", text: "my name", chars: 7 };
    newLog().with({ caller: "+15551234567" }).info("dialled +15551234567", fields);
    newLog({ logText: true }).info("dialled +15551234567", fields);
    assertEquals(written(), [
      "info dialled [redacted] caller=[redacted] from=[redacted] digit=[redacted] text=[redacted] chars=7",
      'info dialled +15551234567 from=+15551234567 digit=5 text="my name" chars=7',
    ]);
  });
});

describe("LineLog.warnLimited()", () => {
  it("writes at most once in 2 s per key, and then how many were held back", async () => {
    const log = newLog();
    for (let ms = 0; ms <= 4_000; ms += 500) {
      log.warnLimited("tx_full", "⚠️ tx_q full (drop oldest)", { at: ms });
      await clock.advance(500);
    }
    assertEquals(written(), [
      "warn ⚠️ tx_q full (drop oldest) at=0",
      "warn ⚠️ tx_q full (drop oldest) at=2000 held_back=3",
      "warn ⚠️ tx_q full (drop oldest) at=4000 held_back=3",
    ]);
  });

  it("counts each key on its own, over all logs made by with()", () => {
    const log = newLog();
    log.with({ call: "CA1" }).warnLimited("bad_json", "one");
    log.with({ call: "CA2" }).warnLimited("bad_json", "two");
    log.warnLimited("bad_json CA2", "three");
    assertEquals(written(), ["warn one call=CA1", "warn three"]);
  });

  it("tells nothing of held back entries when there were none", async () => {
    const log = newLog();
    log.warnLimited("key", "one");
    await clock.advance(2_000);
    log.warnLimited("key", "two");
    assertEquals(written(), ["warn one", "warn two"]);
  });

  it("still limits after more keys than it remembers", async () => {
    const log = newLog();
    for (let call = 0; call < 1_500; call++) log.warnLimited(`key ${call}`, "early");
    log.warnLimited("key 0", "held back");
    assertEquals(lines.length, 1_500);
    await clock.advance(2_000);
    log.warnLimited("new", "first after the period");
    log.warnLimited("key 0", "its count is forgotten");
    assertEquals(written().slice(1_500), [
      "warn first after the period",
      "warn its count is forgotten",
    ]);
  });
});
