import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { assertGo } from "../demo_program.ts";
import { Program } from "../program.ts";

const ROOT = new URL("../../../", import.meta.url);

describe("deno task demo", () => {
  it("ends with GO, and leaves both sides of the call as a WAV", async () => {
    const startedMs = Date.now();
    await assertGo();
    const recording = await Deno.stat(new URL("demo-call.wav", ROOT));
    assertGreater(recording.mtime!.getTime(), startedMs - 1_000);
    assertGreater(recording.size, 30 * 8_000 * 4, "half a minute of 16-bit stereo");
  });

  it("prints how it is used", async () => {
    await using program = new Program("demo", {}, ["--help"]);
    assertEquals(await program.exit(), 0);
    assertStringIncludes(program.stdout.join("\n"), "--engines NAME");
  });

  it("refuses engines that it does not know, and names those that it does", async () => {
    await using program = new Program("demo", {}, ["--engines", "bing"]);
    assertEquals(await program.exit(), 2);
    assertStringIncludes(
      program.stdout.join("\n"),
      "--engines is one of configured, google-emulator, received bing",
    );
  });
});
