/** The servers that are not ours. */
import { LocalProcess } from "shared/testing/local_process.ts";

const VERSION_ARGS = { "nats-server": "--version", "redis-server": "--version", "haproxy": "-v" };
export type ServerProgram = keyof typeof VERSION_ARGS;

/** Asked first, so that nothing is started in vain. @throws {Error} that names all that are missing. */
export async function requirePrograms(programs: readonly ServerProgram[]): Promise<void> {
  const missing: string[] = [];
  for (const program of programs) {
    try {
      await new LocalProcess(program, { args: [VERSION_ARGS[program]] }).ended;
    } catch {
      missing.push(program);
    }
  }
  if (missing.length === 0) return;
  throw new Error(
    `Cannot start: ${missing.join(" and ")} must be installed ` +
      `(deno task install:servers) and on the PATH (Debian: /usr/sbin)`,
  );
}
