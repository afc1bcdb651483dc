/** PURE. How much a call record holds at most. */
import type { CallRecord, CallTurn } from "./stores.ts";

const MAX_TURNS = 500;
const MAX_NOTES = 20;
const MAX_TOOLS = 50;
/** Characters of UTF-16. */
const MAX_TEXT = 2_000;
/** Of all texts and tools of a record together: a message of the bus has 1 MB, and a character up to 3 bytes. */
const MAX_TEXTS = 200_000;
/** What a tool takes besides its name. */
const TOOL_OVERHEAD = 60;

/** The record with its newest turns, first notes, and the beginnings of its texts, so that it can always be stored and sent. */
export function boundedRecord(record: CallRecord): CallRecord {
  const notes = record.notes.slice(0, MAX_NOTES).map(shortened);
  const room = MAX_TEXTS - notes.reduce((sum, note) => sum + note.length, 0);
  return { ...record, notes, turns: newestWithin(record.turns.slice(-MAX_TURNS), room) };
}

function newestWithin(turns: readonly CallTurn[], room: number): CallTurn[] {
  const kept: CallTurn[] = [];
  for (const turn of turns.toReversed()) {
    const { asked, told, tools } = turn;
    const bounded = {
      ...turn,
      asked: asked === null ? null : shortened(asked),
      told: shortened(told),
      tools: tools.slice(0, MAX_TOOLS),
    };
    room -= sizeOf(bounded);
    if (room < 0) break;
    kept.push(bounded);
  }
  return kept.reverse();
}

function sizeOf({ asked, told, tools }: CallTurn): number {
  const toolSizes = tools.reduce((sum, { name }) => sum + name.length + TOOL_OVERHEAD, 0);
  return (asked?.length ?? 0) + told.length + toolSizes;
}

/** Never half of a character that takes two. */
function shortened(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return text.slice(0, MAX_TEXT - 1).replace(/[\uD800-\uDBFF]$/, "") + "…";
}
