/** `deno task bench:turns`: how soon callers silence Kav, and what Kav adds to a turn. */
import { runBench } from "../bench_program.ts";
import { coresTable } from "../cores_table.ts";
import { CtrlC } from "../ctrl_c.ts";
import { machineStamp } from "../machine_stamp.ts";
import { ProcessMeter } from "../process_meter.ts";
import { BENCH_HELP, type BenchSize, parseBenchArguments } from "./arguments.ts";
import { brokenPromises, interruptionsTable, turnsTable } from "./turns_report.ts";
import { TurnsRig } from "./turns_rig.ts";

/** Not measured: what runs for the first time is compiled. */
const WARM_UP = { calls: 5, seconds: 2 };
const CALLERS = [1, 10];

const say = (what: string) => console.log(what);
const ctrlC = new CtrlC();

/** @returns whether all is as promised. */
async function bench({ calls, interruptions, seconds }: BenchSize): Promise<boolean> {
  say(`${calls} calls that interrupt, ${CALLERS.join(" and ")} that ask; ${await machineStamp()}`);
  await using rig = await ctrlC.unless(TurnsRig.start());
  say("Warming up ...");
  await ctrlC.unless(rig.turns(WARM_UP.calls, WARM_UP.seconds));
  const meter = new ProcessMeter(rig.processes);
  try {
    const times = Math.ceil(interruptions / calls);
    say(`Interruptions: ${calls} calls at once, each interrupts ${times} times ...`);
    const interrupted = await ctrlC.unless(rig.interruptions(calls, times));
    const runs = [];
    for (const callers of CALLERS) {
      say(`Turns: ${callers} at once ask for ${seconds} s ...`);
      runs.push(await ctrlC.unless(rig.turns(callers, seconds)));
    }
    say(`\n${interruptionsTable(interrupted)}\n\n${turnsTable(runs)}`);
    say(`\n${coresTable(await meter.uses())}\n`);
    const broken = brokenPromises(interrupted, runs);
    for (const promise of new Set(broken)) console.error(promise);
    say(broken.length === 0 ? "GO" : "NO-GO");
    return broken.length === 0;
  } finally {
    await meter.uses();
  }
}

if (import.meta.main) {
  ctrlC.listen();
  await runBench({
    task: "deno task bench:turns",
    help: BENCH_HELP,
    parse: parseBenchArguments,
    run: ({ size }) => bench(size),
  });
}
