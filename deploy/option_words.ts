/** Arguments word by word: `--port=80` as `--port`, `80`. */
export function optionWords(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    const at = arg.startsWith("--") ? arg.indexOf("=") : -1;
    return at < 0 ? [arg] : [arg.slice(0, at), arg.slice(at + 1)];
  });
}
