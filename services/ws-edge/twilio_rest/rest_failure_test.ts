import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { restFailure } from "./rest_failure.ts";

describe("restFailure()", () => {
  it("tells what Twilio refuses", () => {
    const reason = (status: number, code?: number) => restFailure({ status, code });
    assertEquals(reason(401, 20003), { reason: "unauthorized", status: 401 });
    assertEquals(reason(403), { reason: "unauthorized", status: 403 });
    assertEquals(reason(404, 20404), { reason: "not_found", status: 404 });
    assertEquals(reason(400, 21220), { reason: "not_found", status: 400 });
    assertEquals(reason(400, 20001), { reason: "failed", status: 400 });
    assertEquals(reason(500), { reason: "failed", status: 500 });
  });

  it("gives no status where Twilio has not answered", () => {
    for (const error of [new TypeError("no network"), "text", null, undefined]) {
      assertEquals(restFailure(error), { reason: "failed" });
    }
  });
});
