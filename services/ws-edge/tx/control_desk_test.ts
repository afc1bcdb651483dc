import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { TxRequest } from "shared/bus/messages.ts";
import fc from "fast-check";
import { ControlDesk } from "./control_desk.ts";

const request = (control_seq: number, epoch = 1): TxRequest => ({
  kind: "hangup",
  reason: "x",
  epoch,
  control_seq,
  after_seq: -1,
});

describe("ControlDesk.take()", () => {
  it("refuses another epoch, older or newer", () => {
    const applied: number[] = [];
    const desk = new ControlDesk(({ control_seq }) => applied.push(control_seq));
    desk.takeOver(1);
    for (const epoch of [0, 2]) {
      const reply = desk.take(request(1, epoch));
      assertEquals(reply, { ok: false, control_seq: 1, reason: "stale_epoch" });
    }
    assertEquals(applied, []);
  });

  it("applies each number once, in whatever order they come and however often", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (numbers) => {
      const applied: number[] = [];
      const desk = new ControlDesk(({ control_seq }) => applied.push(control_seq));
      desk.takeOver(1);
      for (const number of numbers) {
        assertEquals(desk.take(request(number)), { ok: true, control_seq: number });
      }
      assertEquals(applied, [...new Set(numbers)]);
    }));
  });

  it("goes on after a number that never comes", () => {
    let applied = 0;
    const desk = new ControlDesk(() => applied++);
    desk.takeOver(1);
    for (let number = 2; number < 3_000; number++) {
      desk.take(request(number));
      desk.take(request(number));
    }
    assertEquals(applied, 2_998);
  });

  it("counts from 1 again after a take-over", () => {
    let applied = 0;
    const desk = new ControlDesk(() => applied++);
    desk.takeOver(1);
    desk.take(request(1));
    desk.takeOver(2);
    desk.take(request(1, 2));
    assertEquals(applied, 2);
  });
});
