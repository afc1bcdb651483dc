import { type Answer, type AnswerStep, streamed } from "shared/testing/openai_server/answers.ts";
import { z } from "zod";
import { duration } from "./duration.ts";

const stream = z.strictObject({
  /** Streamed word by word. */
  say: z.string().optional(),
  /** Before the first word, and from one to the next. */
  first: duration.default(0),
  every: duration.default(0),
  /** Tools that are called behind it. */
  call: z.array(
    z.strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()).default({}) }),
  ).default([]),
  /** As it goes over the wire. */
  raw: z.string().optional(),
  /** How it ends before its end. */
  ends: z.enum(["cut", "broken", "hung", "error"]).optional(),
});

const refusal = z.strictObject({
  status: z.int(),
  body: z.string().optional(),
  after: duration.default(0),
});

/** One answer of the language model's server. A text alone is streamed at once. */
export const modelAnswer = z.union([
  z.string().transform((say) => stream.parse({ say })),
  refusal,
  stream,
]);

export type ModelAnswer = z.infer<typeof modelAnswer>;

const ENDS: Readonly<Record<NonNullable<z.infer<typeof stream>["ends"]>, AnswerStep>> = {
  cut: { cut: "end" },
  broken: { cut: "break" },
  hung: { hang: true },
  error: { error: "scripted" },
};

/** As the server takes it. */
export function answerOf(script: ModelAnswer): Answer {
  if ("status" in script) {
    const { status, body, after: afterMs } = script;
    return { status, afterMs, ...(body !== undefined && { body }) };
  }
  const { say, first, every, call, raw, ends } = script;
  const steps: AnswerStep[] = say === undefined ? [] : streamed(say, every);
  for (const one of call) steps.push({ call: one });
  if (raw !== undefined) steps.push({ raw });
  if (ends) steps.push(ENDS[ends]);
  return steps.map((step, i) => i === 0 ? { ...step, afterMs: first } : step);
}
