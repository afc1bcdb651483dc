import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SendLedger } from "./send_ledger.ts";

function ledgerWith(frames: number, ...marks: [name: string, afterFrames: number][]): SendLedger {
  const ledger = new SendLedger();
  for (let frame = 0; frame <= frames; frame++) {
    for (const [name, afterFrames] of marks) {
      if (afterFrames === frame) ledger.wroteMark(name, 1, 1_000 + frame * 20);
    }
    if (frame < frames) ledger.wroteFrame();
  }
  return ledger;
}

describe("SendLedger", () => {
  it("echoed() confirms the frames before the mark, and all marks before it", () => {
    const ledger = ledgerWith(60, ["kp:1", 25], ["kp:2", 50]);
    assertEquals([ledger.unconfirmed, ledger.outstandingMarks], [60, 2]);
    assertEquals(ledger.echoed("kp:2").kind, "played");
    assertEquals([ledger.unconfirmed, ledger.outstandingMarks], [10, 0]);
  });

  it("echoed() knows no mark that was never sent, or came back before", () => {
    const ledger = ledgerWith(30, ["kp:1", 25]);
    ledger.echoed("kp:1");
    assertEquals([ledger.echoed("kp:1").kind, ledger.echoed("x").kind], ["unknown", "unknown"]);
  });

  it("flush() makes outstanding marks stale once; their echo still confirms what is gone", () => {
    const ledger = ledgerWith(60, ["u1:a", 25], ["u1:b", 50]);
    assertEquals(ledger.flush().map(({ name }) => name), ["u1:a", "u1:b"]);
    assertEquals(ledger.flush(), []);
    assertEquals(ledger.echoed("u1:b").kind, "stale");
    assertEquals(ledger.framesConfirmed, 50);
  });

  it("overdueMs() counts from when the audio before the oldest mark should have played", () => {
    const ledger = ledgerWith(60, ["kp:1", 25], ["kp:2", 50]);
    assertEquals([1_400, 1_500, 4_000].map((now) => ledger.overdueMs(now)), [0, 0, 2_500]);
    ledger.echoed("kp:1");
    assertEquals(ledger.overdueMs(4_000), 2_000);
  });
});
