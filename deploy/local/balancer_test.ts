import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { balancerConfig } from "./balancer.ts";

const EDGES = [
  { instance: "edge-1-aaaa", port: 4001, httpPort: 5001 },
  { instance: "edge-2-bbbb", port: 4002, httpPort: 5002 },
];

describe("balancerConfig()", () => {
  const config = balancerConfig(8080, EDGES);

  it("listens on the webhook's port of this machine only", () => {
    assertEquals(config.match(/^ {2}bind .*$/gm), ["  bind 127.0.0.1:8080"]);
  });

  it("checks each edge where it tells whether it is ready", () => {
    assertEquals(config.match(/^ {2}server .*$/gm), [
      "  server edge-1-aaaa 127.0.0.1:4001 check port 5001 inter 200ms fall 1 rise 1",
      "  server edge-2-bbbb 127.0.0.1:4002 check port 5002 inter 200ms fall 1 rise 1",
    ]);
    assertStringIncludes(config, "\n  option httpchk GET /readyz\n");
  });

  it("gives no connection up before Twilio ends the call, after 4 h", () => {
    for (const side of ["client", "server", "tunnel"]) {
      const hours = Number(new RegExp(`timeout ${side} (\\d+)h`).exec(config)?.[1]);
      assert(hours > 4, side);
    }
  });
});
