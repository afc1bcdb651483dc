const WHO_WIDTH = 7;

/** One line of a conversation: ` 7.2s caller: ...`, the time since the call began in seconds. */
export function stamped(sinceMs: number, who: string, what: string): string {
  const seconds = `${(sinceMs / 1000).toFixed(1)}s`;
  return `${seconds.padStart(6)} ${`${who}:`.padEnd(WHO_WIDTH)} ${
    what.trim().replace(/\s+/g, " ")
  }`;
}
