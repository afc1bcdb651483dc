/** `deno task demo`, as somebody runs it who tries Kav. */
import { assertEquals } from "@std/assert";
import { Program } from "./program.ts";

export interface Demo {
  readonly code: number;
  readonly stdout: readonly string[];
}

async function runDemo(args: readonly string[]): Promise<Demo> {
  await using program = new Program("demo", {}, args);
  const code = await program.exit();
  const stdout = program.stdout.filter((line) => line !== "");
  if (code !== 0) console.log(stdout.filter((line) => line.startsWith("FAIL")).join("\n"));
  return { code, stdout };
}

/** A machine with other work disturbs the pace, which the demo judges: what it found is shown, and it runs again. */
export async function assertGo(...args: readonly string[]): Promise<Demo> {
  let demo = await runDemo(args);
  if (demo.code !== 0) demo = await runDemo(args);
  assertEquals(demo.stdout.at(-1), "GO", demo.stdout.join("\n"));
  assertEquals(demo.code, 0);
  return demo;
}
