/** `deno task bench:greetings`: how soon callers are greeted when many call at once. */
import { runBench } from "../bench_program.ts";
import type { Instances } from "deploy/local/up_options.ts";
import { BENCH_HELP, parseBenchArguments } from "./arguments.ts";
import type { LoadSize } from "./call_plan.ts";
import type { LoadProgress } from "./call_result.ts";
import { Child } from "../child.ts";
import { coresTable } from "../cores_table.ts";
import type { FloorTarget } from "./floor_server.ts";
import {
  boundsLine,
  failuresOf,
  latencyTable,
  type MeasuredLoad,
  type MeasuredProduct,
  sourcesLine,
} from "./greeting_report.ts";
import { LoadProcess } from "./load_process.ts";
import { CtrlC } from "../ctrl_c.ts";
import { machineStamp } from "../machine_stamp.ts";
import { Product } from "./product.ts";

/** Not measured: what runs for the first time is compiled, and the callers are not what is measured. */
const WARM_UP: LoadSize = { calls: 100, seconds: 2, businesses: 50 };
/** For the last greetings to be told. */
const TOLD_MS = 3_000;
const LOOK_MS = 50;
const MOST_COMPLAINTS = 8;

/** Of the machine's stamp. */
const SERVERS = ["nats-server", "redis-server"];

const say = (what: string) => console.log(what);
const ctrlC = new CtrlC();

function sayProgress({ placed, greeted, ended, failed }: LoadProgress): void {
  say(`  ${placed} placed, ${greeted} greeted, ${ended} ended, ${failed} failed`);
}

async function measureFloor(callers: LoadProcess, size: LoadSize): Promise<MeasuredLoad> {
  await using floor = new Child(new URL("floor_server.ts", import.meta.url));
  const { webhook } = await floor.next() as FloorTarget;
  say("Warming up the callers ...");
  await ctrlC.unless(callers.run(WARM_UP, webhook, () => {}));
  say("The floor ...");
  const watched = [{ name: "the floor", pid: floor.pid }];
  return await ctrlC.unless(callers.measure(size, webhook, watched, sayProgress));
}

async function measureProduct(
  callers: LoadProcess,
  size: LoadSize,
  instances: Instances,
): Promise<MeasuredProduct> {
  const { businesses } = size;
  await using product = await Product.start({
    ...{ businesses, instances, signal: ctrlC.signal },
    onProgress: (what) => say(`  ${what}`),
  });
  say("Kav ...");
  const { webhook } = product.up;
  const measured = await ctrlC.unless(
    callers.measure(size, webhook, product.processes, sayProgress),
  );
  const deadlineMs = performance.now() + TOLD_MS;
  const told = () => measured.load.calls.flatMap(({ call }) => product.tap.told.get(call) ?? []);
  while (told().length < size.calls && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  for (const complaint of product.complaints.most(MOST_COMPLAINTS)) say(`  ${complaint}`);
  return { ...measured, told: told() };
}

async function bench(size: LoadSize, instances: Instances): Promise<boolean> {
  const stamp = await machineStamp(SERVERS);
  say(`${size.calls} calls within ${size.seconds} s to ${size.businesses} businesses; ${stamp}`);
  await using callers = await LoadProcess.start();
  const floor = await measureFloor(callers, size);
  const product = await measureProduct(callers, size, instances);
  say(`\n${latencyTable(floor, product)}\n${sourcesLine(product.told)}`);
  const behind = [floor, product].map(({ load }) => `${load.behindMs.toFixed(0)} ms`);
  say(`callers behind at worst: ${behind[0]} at the floor, ${behind[1]} at Kav`);
  say(
    `\n${
      coresTable([...floor.cores.filter(({ name }) => name === "the floor"), ...product.cores])
    }\n`,
  );
  const failures = [
    ...failuresOf("the floor", floor.load),
    ...failuresOf("Kav", product.load),
  ];
  for (const failure of failures) console.error(failure);
  say(boundsLine(product));
  return failures.length === 0;
}

if (import.meta.main) {
  ctrlC.listen();
  await runBench({
    task: "deno task bench:greetings",
    help: BENCH_HELP,
    parse: parseBenchArguments,
    run: ({ size, instances }) => bench(size, instances),
  });
}
