/** PURE. What a caller heard of a turn. */
import type { ConversationTurn } from "./stores.ts";

/** What decides how much of a turn was heard. */
export type ToldTurn = Pick<ConversationTurn, "pieces" | "piecesSent" | "interrupted" | "heard">;

/**
 * The text that the caller heard: all that is written, or as far as the interruption, or the end of the call.
 *
 * Where an interruption came and nobody knows how far that was, the pieces that were wholly sent.
 */
export function heardTextOf({ pieces, piecesSent, interrupted, heard }: ToldTurn): string {
  if (!heard) return joined(interrupted ? pieces.slice(0, piecesSent) : pieces);
  const cut = wordsOf(pieces[heard.piece] ?? "").slice(0, heard.word);
  return joined([...pieces.slice(0, heard.piece), cut.join(" ")]);
}

/** The words of a piece, as `TextPosition` counts them: what stands between spaces. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}

function joined(pieces: readonly string[]): string {
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== "").join(" ");
}
