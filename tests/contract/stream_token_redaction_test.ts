import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { streamPath } from "services/ws-edge/twilio/stream_token.ts";

describe("LineLog and streamPath()", () => {
  it("never write a stream's token, as ws-edge builds its path", () => {
    const lines: string[] = [];
    const clock = new FakeClock();
    const log = new LineLog({ write: (line) => lines.push(line), clock, logText: true });
    const token = "t0ken-Of_ThisCall.1700000000";
    const path = streamPath("CA0123456789abcdef0123456789abcdef", token);
    log.info(`refused ${path}`, {
      url: `wss://kav.test${path}`,
      error: `Error: GET "${path}" failed`,
    });
    assertEquals([lines.length, lines[0]!.includes(token)], [1, false]);
  });
});
