/** A bench as a program: its command line, its help, its exit code. */

/** What a command line asks for. */
export type BenchRequest<Asked> =
  | ({ readonly kind: "bench" } & Asked)
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string };

export interface BenchProgram<Asked> {
  /** `deno task bench:...` */
  readonly task: string;
  readonly help: string;
  parse(args: readonly string[]): BenchRequest<Asked>;
  /** Whether the figures are what they should be, and can be vouched for. */
  run(asked: Asked): Promise<boolean>;
}

/** Runs it with the process's arguments, and ends the process: 0, or 1, or 2 for a wrong command line. */
export async function runBench<Asked>(program: BenchProgram<Asked>): Promise<never> {
  try {
    Deno.exit(await exitCode(program, Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}

async function exitCode<Asked>(
  { task, help, parse, run }: BenchProgram<Asked>,
  args: readonly string[],
): Promise<number> {
  const request = parse(args);
  if (request.kind === "bench") return await run(request) ? 0 : 1;
  if (request.kind === "help") {
    console.log(help);
    return 0;
  }
  console.error(`${request.problem} (\`${task} --help\` tells what there is)`);
  return 2;
}
