/** What a shell would do something with. */
const SHELL = /["'`$;&|<>*?(){}\\~]/;

/**
 * The arguments for `deno` of a task of `deno.json`, so that a service is run as its task does but is itself the
 * process that was started: `deno task` would stand in between and get its signals.
 *
 * @throws {TypeError} when the command is more than `deno` with words behind it.
 */
export function denoArgsOf(tasks: Readonly<Record<string, unknown>>, name: string): string[] {
  const task = tasks[name];
  const command = typeof task === "string" ? task : (task as { command?: unknown })?.command;
  const words = typeof command === "string" ? command.trim().split(/\s+/) : [];
  if (words[0] !== "deno" || words.length < 2 || SHELL.test(words.join(" "))) {
    throw new TypeError(
      `Cannot run task ${name}: its command is "deno" and plain words, received ${command}`,
    );
  }
  return words.slice(1);
}
