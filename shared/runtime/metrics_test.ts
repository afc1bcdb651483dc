import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Metrics } from "./metrics.ts";

describe("Metrics", () => {
  it("gives the same metric to all who ask for its name, so that services share a process", async () => {
    const metrics = new Metrics();
    const drops = metrics.counter("kav_tx_drops_total", "Frames dropped");
    drops.inc(2);
    assertStrictEquals(metrics.counter("kav_tx_drops_total", "Frames dropped"), drops);
    assertStringIncludes(await metrics.text(), "\nkav_tx_drops_total 2\n");
  });

  it("writes counters, gauges and histograms with labels in Prometheus's text format", async () => {
    const metrics = new Metrics();
    metrics.counter("kav_offers_total", "Offers made", ["role"]).inc({ role: "stt" });
    metrics.gauge("kav_calls", "Calls now").set(3);
    metrics.histogram("kav_tx_lateness_seconds", "Lateness", [0.001, 0.01]).observe(0.002);
    const text = await metrics.text();
    for (
      const line of [
        "# HELP kav_calls Calls now",
        "# TYPE kav_calls gauge",
        "kav_calls 3",
        'kav_offers_total{role="stt"} 1',
        'kav_tx_lateness_seconds_bucket{le="0.001"} 0',
        'kav_tx_lateness_seconds_bucket{le="0.01"} 1',
        "kav_tx_lateness_seconds_count 1",
      ]
    ) assertStringIncludes(`\n${text}`, `\n${line}\n`);
    assertStringIncludes(metrics.contentType, "text/plain");
  });

  it("reads the value of a gauge that is read anew each time it is asked for", async () => {
    const metrics = new Metrics();
    let open = 1;
    metrics.gauge("kav_streams", "Streams now", [], () => open);
    assertStringIncludes(await metrics.text(), "\nkav_streams 1\n");
    open = 2;
    assertStringIncludes(await metrics.text(), "\nkav_streams 2\n");
  });

  it("shares nothing with another Metrics", async () => {
    const one = new Metrics();
    one.gauge("kav_calls", "Calls now").set(1);
    assertEquals((await new Metrics().text()).trim(), "");
  });
});
