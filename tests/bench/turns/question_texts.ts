/** What is asked and answered: the number of a question goes from the recognizer to the model and to the voice. PURE. */

export const questionText = (question: number): string => `question ${question}`;

/** The last one that is named; undefined: none. */
export function questionIn(text: string): number | undefined {
  const named = [...text.matchAll(/(?:question|number) (\d+)/gi)].at(-1)?.[1];
  return named === undefined ? undefined : Number(named);
}

export interface AnswerText {
  readonly firstSentence: string;
  readonly rest: string;
}

/** Some two seconds: beyond the refractory, as in most talks. */
export const shortAnswer = (question: number): AnswerText => ({
  firstSentence: `Number ${question}.`,
  rest: "Bye.",
});

/** Some ten seconds: longer than any caller of the bench waits before interrupting. */
export const longAnswer = (question: number): AnswerText => ({
  firstSentence: `It is number ${question}, and that takes a while to tell.`,
  rest: "We are open from Monday to Friday, from nine in the morning until six in the evening. " +
    "On Saturday we open at ten and close at two. On Sunday we are out riding.",
});
