/** `deno task bench:google`: what recognition by Google costs on our side. */
import { runBench } from "../bench_program.ts";
import { BENCH_HELP, parseBenchArguments } from "./arguments.ts";
import type { Load } from "./feeding.ts";
import { measureBatch, type MeasuredBatch, measureFeeding } from "./load_run.ts";
import { loadTable, problemsOf } from "./load_table.ts";
import { ServerProcess } from "./server_process.ts";

const BATCHES_MS = [20, 40, 100];
/** Not measured: what runs for the first time is compiled. */
const WARM_UP_SECONDS = 2;

async function bench(load: Load): Promise<boolean> {
  await using server = await ServerProcess.start();
  const during = `${load.calls} calls for ${load.seconds} s`;
  console.log("Warming up ...");
  await measureBatch(server, { ...load, seconds: WARM_UP_SECONDS }, BATCHES_MS[0]!);
  console.log(`Feeding alone: ${during} ...`);
  const feeding = await measureFeeding(load);
  const batches: MeasuredBatch[] = [];
  for (const batchMs of BATCHES_MS) {
    console.log(`Batches of ${batchMs} ms: ${during} ...`);
    batches.push(await measureBatch(server, load, batchMs));
  }
  console.log(`\n${loadTable(load, feeding, batches)}`);
  const problems = batches.flatMap((batch) => problemsOf(load, batch));
  for (const problem of problems) console.error(`Cannot vouch for these numbers: ${problem}`);
  return problems.length === 0;
}

if (import.meta.main) {
  await runBench({
    task: "deno task bench:google",
    help: BENCH_HELP,
    parse: parseBenchArguments,
    run: bench,
  });
}
