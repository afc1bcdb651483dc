import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseReadyLine } from "./ready_line.ts";

describe("parseReadyLine()", () => {
  it("reads where a service answers", () => {
    assertEquals(parseReadyLine("READY stt-service instance=stt-1 http=http://127.0.0.1:9001"), {
      http: "http://127.0.0.1:9001",
      webhook: undefined,
    });
    const edge = "READY ws-edge instance=e webhook=http://127.0.0.1:80 http=http://127.0.0.1:9";
    assertEquals(parseReadyLine(edge), {
      http: "http://127.0.0.1:9",
      webhook: "http://127.0.0.1:80",
    });
  });

  it("takes no other line for it", () => {
    for (
      const line of [
        "",
        "READY",
        "READY stt http=soon",
        "READY stt a=b",
        " READY stt http=http://a",
      ]
    ) {
      assertEquals(parseReadyLine(line), undefined, line);
    }
  });
});
