/** Where and when the figures were made: without it they say nothing. */
import { fileTexts } from "./file_texts.ts";

/** @param programs that were measured too, by their names. */
export async function machineStamp(programs: readonly string[] = []): Promise<string> {
  const [cpuInfo, load, ...versions] = await Promise.all([
    fileTexts(["/proc/cpuinfo"]),
    fileTexts(["/proc/loadavg"]),
    ...programs.map(versionOf),
  ]);
  const cpu = /^model name\s*:\s*(.*)$/m.exec(cpuInfo)?.[1] ?? Deno.build.arch;
  const { deno, v8 } = Deno.version;
  return [
    new Date().toISOString(),
    `${navigator.hardwareConcurrency} cores of ${cpu}, ${Deno.build.os}`,
    `load ${load.split(" ").slice(0, 3).join(" ")} before`,
    [`deno ${deno}`, `V8 ${v8}`, ...versions].join(", "),
  ].join("; ");
}

async function versionOf(program: string): Promise<string> {
  const asked = new Deno.Command(program, { args: ["--version"], stdin: "null", stderr: "null" });
  const said = new TextDecoder().decode((await asked.output()).stdout);
  return `${program} ${/\d+(\.\d+)+/.exec(said)?.[0] ?? "?"}`;
}
