/** What `deno task demo` is told on its command line. */
import { optionWords } from "../option_words.ts";

export const DEMO_ENGINES = ["configured", "google-emulator"] as const;
export type DemoEngines = (typeof DEMO_ENGINES)[number];

export type DemoArguments =
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string }
  | { readonly kind: "demo"; readonly engines: DemoEngines };

export const DEMO_USAGE = `deno task demo [--engines NAME]

A whole call in one process with a simulated caller; ends with GO or NO-GO.

  --engines NAME  configured: as \`deno task start\` would choose: Google where there are credentials, else embedded
                  google-emulator: a call in Hebrew through the real Google clients, against a simulated Google
                  on this machine: no credentials, no bill. Default: configured
  --help          prints this`;

/** Never throws. */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  let engines: DemoEngines = "configured";
  const rest = optionWords(args);
  while (rest.length > 0) {
    const option = rest.shift()!;
    if (option === "--help" || option === "-h") return { kind: "help" };
    if (option !== "--engines") {
      return problem(`options are --engines and --help, received ${option}`);
    }
    const name = rest.shift() ?? "nothing";
    const known = DEMO_ENGINES.find((each) => each === name);
    if (!known) return problem(`--engines is one of ${DEMO_ENGINES.join(", ")}, received ${name}`);
    engines = known;
  }
  return { kind: "demo", engines };
}

function problem(text: string): DemoArguments {
  return { kind: "problem", problem: `Cannot start: ${text}` };
}
