import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";
import { lives } from "../up_program.ts";

describe("LiveKav", () => {
  it("tells who has a call, ends and adds instances, and leaves nothing behind", async () => {
    let pids: number[];
    let storeDir: string;
    {
      await using kav = await LiveKav.start({
        businessFile: SHORT_GREETING,
        instances: { stt: 2, dialog: 2, greetings: 0 },
      });
      pids = kav.up.info.services.map(({ pid }) => pid);
      storeDir = kav.up.nats.dir;
      assertEquals(kav.servicesOf("greetings"), []);
      const { call, telemetry } = await kav.place();
      const stt = await kav.workerOf(call, "stt");
      const dialog = await kav.workerOf(call, "dialog");
      assertEquals([stt.name, dialog.name], ["stt", "dialog"]);
      assertEquals(kav.takersOf(call, "stt"), [stt.instance]);
      assertEquals(await kav.sample(stt, "kav_stt_calls"), 1);
      await call.untilMark("greeting_end", LONG_MS);
      await eventually(() => telemetry.tx.length > 1, "telemetry");
      assertEquals((await kav.turns(call)).length, 1);
      assert(kav.linesOf("edge-1").some((line) => line.startsWith("[TX] fps=")));

      await kav.kill(stt);
      assertEquals(kav.servicesOf("stt").length, 1);
      const successor = await kav.workerOf(call, "stt", stt);
      assertNotEquals(successor.instance, stt.instance);
      assertEquals(kav.takersOf(call, "stt"), [stt.instance, successor.instance]);

      const added = await kav.up.add("stt");
      pids.push(added.pid);
      assertEquals([added.label, await kav.readiness("stt-3")], ["stt-3", 200]);
      kav.suspend(added);
      kav.resume(added);
      assertEquals(await kav.terminate(added), 0);
      assertEquals(await kav.readiness(added), 0);
      assertThrows(() => kav.service("stt-4"), TypeError, "none is called stt-4");
    }
    for (const pid of pids) assertEquals(await lives(pid), false);
    await assertRejects(() => Deno.stat(storeDir), Deno.errors.NotFound);
  });
});
