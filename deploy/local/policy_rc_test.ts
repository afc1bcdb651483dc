import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { blockServiceStarts } from "./policy_rc.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  await Deno.mkdir(".kav", { recursive: true });
  folder = await Deno.makeTempDir({ dir: ".kav" });
  path = `${folder}/policy-rc.d`;
});
afterEach(() => Deno.remove(folder, { recursive: true }));

const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const mode = (of: string) => (Deno.statSync(of).mode ?? 0) & 0o777;

async function whileBlocked(check: () => void): Promise<void> {
  await using _block = await blockServiceStarts(path);
  check();
}

describe("blockServiceStarts()", () => {
  it("refuses with 101 while held, and leaves nothing behind", async () => {
    await whileBlocked(() => {
      assertEquals(Deno.readTextFileSync(path).split("\n").slice(-2), ["exit 101", ""]);
      assertEquals(mode(path), 0o755);
    });
    assertEquals(names(), []);
  });

  it("puts back what was there, content and mode", async () => {
    await Deno.writeTextFile(path, "#!/bin/sh\nexit 104\n");
    await Deno.chmod(path, 0o711);
    await whileBlocked(() => assertEquals(mode(path), 0o755));
    assertEquals(await Deno.readTextFile(path), "#!/bin/sh\nexit 104\n");
    assertEquals(mode(path), 0o711);
    assertEquals(names(), ["policy-rc.d"]);
  });

  it("puts it back when the work failed", async () => {
    await Deno.writeTextFile(path, "theirs");
    await assertRejects(
      () =>
        whileBlocked(() => {
          throw new Error("apt-get failed");
        }),
      Error,
      "apt-get failed",
    );
    assertEquals(await Deno.readTextFile(path), "theirs");
  });

  it("puts back the same file, not a copy", async () => {
    await Deno.writeTextFile(path, "theirs");
    const { ino } = await Deno.stat(path);
    await whileBlocked(() => assertNotEquals(Deno.statSync(path).ino, ino));
    assertEquals((await Deno.stat(path)).ino, ino);
  });

  it("puts right what a killed run has left: its refusal, and what it had saved", async () => {
    await blockServiceStarts(path);
    await whileBlocked(() => {});
    assertEquals(names(), []);

    await Deno.writeTextFile(path, "theirs");
    await blockServiceStarts(path);
    await whileBlocked(() => {});
    assertEquals(await Deno.readTextFile(path), "theirs");
    assertEquals(names(), ["policy-rc.d"]);
  });

  it("keeps what somebody has put there since a run was killed", async () => {
    await Deno.writeTextFile(path, "theirs before");
    await blockServiceStarts(path);
    await Deno.writeTextFile(path, "theirs since");
    await whileBlocked(() => {});
    assertEquals(await Deno.readTextFile(path), "theirs since");
    assertEquals(names(), ["policy-rc.d"]);
  });
});
