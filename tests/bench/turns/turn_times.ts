/** Each answered question with where its time went. PURE. */
import type { WrittenAnswer } from "./bench_model.ts";
import type { KavReport } from "./reports.ts";

export interface TurnTime {
  /** The recognizer's final to the first frame of the answer. */
  readonly totalMs: number;
  /** Request to first sentence, by the model's own clock. */
  readonly modelMs: number;
  /** Of the first piece: asked of the synthesizer to its first chunk. */
  readonly synthesisMs: number;
  /** What is left of the total. */
  readonly addedMs: number;
  /** The model's first sentence to the first frame of the answer. */
  readonly soundsAfterMs: number;
}

/** Of the questions of which everybody has told. */
export function turnTimes(
  { finals, firstPieces, answers }: KavReport,
  answerTo: (question: number) => WrittenAnswer | undefined,
): TurnTime[] {
  const sentMs = new Map(answers.map(({ call, turn, atMs }) => [`${call} ${turn}`, atMs]));
  const pieces = new Map(firstPieces.map((piece) => [piece.question, piece]));
  return finals.flatMap(({ question, call, turn, atMs }) => {
    const sent = sentMs.get(`${call} ${turn}`);
    const written = answerTo(question);
    const piece = pieces.get(question);
    if (sent === undefined || !piece || written?.firstSentenceMs === undefined) return [];
    const totalMs = sent - atMs;
    const modelMs = written.firstSentenceMs - written.requestedMs;
    const synthesisMs = piece.firstChunkMs - piece.askedMs;
    const addedMs = totalMs - modelMs - synthesisMs;
    return [{
      totalMs,
      modelMs,
      synthesisMs,
      addedMs,
      soundsAfterMs: sent - written.firstSentenceMs,
    }];
  });
}
