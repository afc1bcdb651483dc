/** `deno task up`: every service in a process of its own, with nats-server and redis-server, until it is told to stop. */
import { SystemClock } from "shared/clock/system_clock.ts";
import { LineLog, stderrWriter } from "shared/runtime/line_log.ts";
import { runUntilSignal } from "shared/runtime/run.ts";
import type { Service } from "shared/runtime/service.ts";
import type { Configuration } from "../configuration.ts";
import { finish } from "../demo/verdict_table.ts";
import { getEnv } from "../environment.ts";
import { requireConfiguration } from "../require_configuration.ts";
import { startUp } from "./start_up.ts";
import { placeDemoCall } from "./up_call.ts";
import { UpFile } from "./up_info.ts";
import { parseUpArguments, UP_USAGE, type UpArguments } from "./up_options.ts";
import { UpOutput } from "./up_output.ts";
import type { Up } from "./up_system.ts";

const WORK = ".kav";
const RECORDING = "demo-call.wav";
/** The services give up on their calls by themselves, and a little before. */
const DRAIN_GRACE_MS = 10_000;
const INTERRUPTED = 130;

type Wanted = Extract<UpArguments, { kind: "up" }>;

/** One run, from the start to the end of all it has started. */
class UpRun {
  readonly #wanted: Wanted;
  readonly #configuration: Configuration;
  readonly #output: UpOutput;
  readonly #file = new UpFile(`${WORK}/up.json`);
  readonly #given = new AbortController();
  readonly #starting: Promise<Up>;

  constructor(wanted: Wanted, configuration: Configuration) {
    this.#wanted = wanted;
    this.#configuration = configuration;
    const colour = Deno.stdout.isTerminal() && !getEnv("NO_COLOR");
    this.#output = new UpOutput(wanted.instances, colour);
    const { edge: { publicUrl }, builder: { adminToken } } = configuration;
    this.#starting = startUp({
      ...wanted,
      ...publicUrl === "" ? {} : { publicUrl },
      ...adminToken === undefined ? {} : { adminToken },
      tempDir: WORK,
      signal: this.#given.signal,
      onLine: this.#output.line,
      onProgress: this.#output.progress,
      onEnded: (label, how) => void this.#ended(label, how),
    });
  }

  /** @returns the exit code */
  async untilEnd(): Promise<number> {
    const { logLevel: level, drainTimeoutMs } = this.#configuration.process;
    const log = new LineLog({ write: stderrWriter, clock: new SystemClock(), level });
    const signalled = runUntilSignal([this.#service()], {
      log,
      drainTimeoutMs: drainTimeoutMs + DRAIN_GRACE_MS,
    });
    const called = this.#wanted.call;
    try {
      const run = called ? this.#call() : this.#announce().then(() => signalled);
      return await Promise.race([run, signalled.then((code) => called ? INTERRUPTED : code)]);
    } catch (error) {
      // Told to stop before everything had started.
      if (this.#given.signal.aborted) return await signalled;
      this.#output.progress(error instanceof Error ? error.message : String(error));
      return 1;
    } finally {
      this.#file.remove();
    }
  }

  async #announce(): Promise<void> {
    const up = await this.#starting;
    const { info } = up;
    this.#file.write(info);
    const { print } = this.#output;
    print("READY");
    print(`  webhook   ${up.webhook}/twilio/voice`);
    print(`  listed in ${WORK}/up.json; Ctrl-C ends it after the last call, twice at once`);
    print(`  telemetry nats sub --server ${up.natsUrl("tap")} 'kav.telemetry.>'`);
    print("            or without the NATS CLI: deno task tap");
    if (info.api !== null) {
      print(`  API       ${info.api}/api/businesses`);
      print("            or without a token: deno task business list");
    }
  }

  async #call(): Promise<number> {
    await this.#announce();
    const up = await this.#starting;
    const { rows, recording } = await placeDemoCall(up, this.#configuration, this.#output);
    await up.drain();
    await up.stop();
    Deno.writeFileSync(RECORDING, recording);
    const { print } = this.#output;
    print(`Both sides of the call: ${RECORDING} (left: caller, right: Kav)`);
    return finish(rows, print);
  }

  /** Somebody else, or a fault, has ended a part. */
  async #ended(label: string, how: string): Promise<void> {
    this.#output.ended(label, how);
    this.#file.write((await this.#starting).info);
  }

  /** All of it, as one that is drained and stopped. */
  #service(): Service {
    const started = () => this.#starting.catch(() => undefined);
    return {
      name: "up",
      ready: () => true,
      drain: async () => {
        this.#given.abort(new Error("Cannot go on: told to stop"));
        await (await started())?.drain();
      },
      stop: async () => await (await started())?.stop(),
    };
  }
}

async function main(): Promise<number> {
  const wanted = parseUpArguments(Deno.args, getEnv("PORT"));
  if (wanted.kind === "help") {
    console.log(UP_USAGE);
    return 0;
  }
  if (wanted.kind === "problem") {
    console.error(`${wanted.problem}\n\n${UP_USAGE}`);
    return 2;
  }
  // The demo's caller reaches this machine only.
  const configuration = requireConfiguration(wanted.call ? { PUBLIC_URL: "" } : {});
  await Deno.mkdir(WORK, { recursive: true });
  return await new UpRun(wanted, configuration).untilEnd();
}

if (import.meta.main) Deno.exit(await main());
