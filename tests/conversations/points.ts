/** PURE. Times and places of a call as conversation files write them. */

/** `500ms`, `3.2s`. */
export function millisecondsOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(ms|s)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === "s" ? 1_000 : 1);
}

/**
 * A moment of a call. Utterances of Kav count from 0, the greeting; lines and keys of the caller and clears from 1.
 *
 * - `utterance`: when it begins to be heard; `end`: when no more of it is.
 * - `word`: when the caller begins to hear that word, from 1.
 */
export type Point =
  | { readonly of: "utterance"; readonly number: number; readonly end: boolean }
  | { readonly of: "word"; readonly utterance: number; readonly word: number }
  | { readonly of: "line" | "key"; readonly number: number; readonly end: boolean }
  | { readonly of: "cut"; readonly number: number }
  | { readonly of: "silence"; readonly ms: number }
  | { readonly of: "call"; readonly end: boolean };

const POINT =
  /^(?:(greeting)|(answer|line|key|cut) (\d+)|silence (.+)|(call))(?: word (\d+))?(?: (start|end))?$/;

/** `greeting`, `answer 2 word 5`, `line 1 end`, `silence 500ms`. @param end what `answer 1` alone means. */
export function pointOf(text: string, end: boolean): Point | undefined {
  const match = POINT.exec(text);
  if (!match) return undefined;
  const [, greeting, kind, count, silence, , word, side] = match;
  const isEnd = side === undefined ? end : side === "end";
  if (silence !== undefined) {
    const ms = millisecondsOf(silence);
    return ms === undefined ? undefined : { of: "silence", ms };
  }
  const number = Number(count ?? 0);
  if (greeting !== undefined || kind === "answer") {
    if (word !== undefined) return { of: "word", utterance: number, word: Number(word) };
    return { of: "utterance", number, end: isEnd };
  }
  if (word !== undefined) return undefined;
  if (kind === "line" || kind === "key") return { of: kind, number, end: isEnd };
  return kind === "cut" ? { of: "cut", number } : { of: "call", end: isEnd };
}
