import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { BreakerChange } from "shared/speech/chain/breakers.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LineLog } from "../line_log.ts";
import { Metrics } from "../metrics.ts";
import { engineWatch } from "./engine_watch.ts";

const FAILURE = new EngineFailure({
  engine: "google-stt",
  kind: "quota",
  code: "RESOURCE_EXHAUSTED (8)",
  details: "Quota exceeded",
  advice: "Ask for more",
});

let metrics: Metrics;
let lines: string[];
let watch: (change: BreakerChange) => void;
beforeEach(() => {
  metrics = new Metrics();
  lines = [];
  const log = new LineLog({
    write: (line) => lines.push(line.trimEnd().split(" ").slice(1).join(" ")),
    clock: new FakeClock(),
  });
  watch = engineWatch({ engines: ["google", "pocketsphinx"], task: "stt", log, metrics });
});

/** The samples of a metric, by their labels. */
async function samples(name: string): Promise<string[]> {
  const text = await metrics.text();
  return text.split("\n").filter((line) => line.startsWith(name)).map((line) =>
    line.slice(name.length)
  );
}

describe("engineWatch()", () => {
  it("shows all engines in use before anything happens", async () => {
    assertEquals(await samples("kav_engine_open"), [
      '{engine="google-stt"} 0',
      '{engine="pocketsphinx-stt"} 0',
    ]);
  });

  it("tells an outage by the failure's own words, and its end", async () => {
    watch({ engine: "google", state: "open", failure: FAILURE });
    assertEquals(lines, [
      "error engine failed: calls do without it engine=google-stt " +
      `reason=${JSON.stringify(FAILURE.message)}`,
    ]);
    assertEquals((await samples("kav_engine_open"))[0], '{engine="google-stt"} 1');
    assertEquals(await samples("kav_engine_failures_total"), [
      '{engine="google-stt",kind="quota"} 1',
    ]);
    watch({ engine: "google", state: "closed" });
    assertEquals(lines[1], "info engine works again engine=google-stt");
    assertEquals((await samples("kav_engine_open"))[0], '{engine="google-stt"} 0');
  });

  it("takes one language's outage for no outage of the engine", async () => {
    watch({ engine: "google", variant: "xx-XX|1", state: "open", failure: new Error("no") });
    assertEquals(lines, [
      "error engine failed: calls do without it engine=google-stt variant=xx-XX|1 reason=no",
    ]);
    assertEquals((await samples("kav_engine_open"))[0], '{engine="google-stt"} 0');
    assertEquals(await samples("kav_engine_failures_total"), [
      '{engine="google-stt",kind="broken"} 1',
    ]);
  });
});
