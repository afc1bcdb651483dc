import { LocalProcess } from "shared/testing/local_process.ts";
import { denoArgsOf } from "deploy/local/task_command.ts";
import type { UpInfo } from "deploy/local/up_info.ts";
import config from "../../deno.json" with { type: "json" };
import { eventually } from "../end_to_end/kav_bench.ts";
import { NOTHING_SET } from "../nothing_set.ts";

const ROOT = new URL("../../", import.meta.url);
const UP_JSON = new URL(".kav/up.json", ROOT);

/** `deno task up`, as a person runs it in a terminal. */
export class UpProgram implements AsyncDisposable {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly #process: LocalProcess;

  private constructor(denoArgs: readonly string[], env: Readonly<Record<string, string>>) {
    this.#process = new LocalProcess("deno", {
      args: denoArgs,
      cwd: ROOT,
      env: { ...NOTHING_SET, NO_COLOR: "1", ...env },
      // A terminal has a process group of its own in front.
      apart: true,
      onLine: (line, from) => (from === "stdout" ? this.stdout : this.stderr).push(line),
    });
  }

  static task(args: readonly string[], env: Readonly<Record<string, string>> = {}): UpProgram {
    return new UpProgram(["task", "--quiet", "up", ...args], env);
  }

  /** The same without `deno task` in between: what is killed is the program itself. */
  static direct(args: readonly string[], env: Readonly<Record<string, string>> = {}): UpProgram {
    return new UpProgram([...denoArgsOf(config.tasks, "up"), ...args], env);
  }

  /** The same on a machine that lacks some programs: they may not be run. */
  static without(programs: readonly string[], args: readonly string[]): UpProgram {
    const denoArgs = denoArgsOf(config.tasks, "up").map((arg) =>
      arg.startsWith("--allow-run=")
        ? arg.split(",").filter((name) => !programs.includes(name)).join(",")
        : arg
    );
    return new UpProgram([...denoArgs, ...args], {});
  }

  /** Waits for `READY`. @returns the content of `.kav/up.json` */
  async ready(): Promise<UpInfo> {
    await this.untilLine("stdout", (line) => line === "READY");
    return this.info();
  }

  /** The content of `.kav/up.json`. */
  info(): UpInfo {
    return JSON.parse(Deno.readTextFileSync(UP_JSON));
  }

  async untilLine(of: "stdout" | "stderr", fits: (line: string) => boolean): Promise<string> {
    try {
      return await eventually(
        () => {
          const line = this[of].find(fits);
          if (line === undefined && this.#process.hasEnded) throw new Error("It has ended");
          return line;
        },
        "a line",
        60_000,
      );
    } catch (cause) {
      throw new Error([...this.stdout, ...this.stderr].join("\n"), { cause });
    }
  }

  /** Ctrl-C: the terminal interrupts everything in its foreground. */
  async interrupt(): Promise<void> {
    await killCommand("-INT", "--", `-${this.#process.pid}`);
  }

  /** SIGKILL to it alone. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Resolves with the exit code when it has ended and all it wrote was read. */
  async exit(): Promise<number> {
    return (await this.#process.ended).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.hasEnded) return;
    await this.interrupt();
    const timer = setTimeout(() => this.#process.signal("SIGKILL"), 15_000);
    await this.#process.ended;
    clearTimeout(timer);
  }
}

/** Whether `.kav/up.json` is there. */
export function isListed(): boolean {
  try {
    return Deno.statSync(UP_JSON).isFile;
  } catch {
    return false;
  }
}

/** Temporary folders of runs in `.kav`. */
export function upFolders(): string[] {
  return [...Deno.readDirSync(new URL(".kav/", ROOT))]
    .map(({ name }) => name).filter((name) => name.startsWith("kav-up-"));
}

/** Whether a process lives, whoever has started it. */
export async function lives(pid: number): Promise<boolean> {
  return (await killCommand("-0", String(pid))) === 0;
}

export async function killCommand(...args: string[]): Promise<number> {
  return (await new Deno.Command("kill", { args, stderr: "null" }).output()).code;
}

/** Those of the processes that live. */
export async function livingOf(pids: readonly number[]): Promise<number[]> {
  const living = await Promise.all(pids.map(async (pid) => await lives(pid) ? [pid] : []));
  return living.flat();
}
