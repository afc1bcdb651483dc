import { z } from "zod";

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 _ -");
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, "a number as +15551234567 (E.164)");
const spoken = z.string().trim().min(1, { abort: true }).max(5_000, { abort: true });
const phrase = z.string().trim().min(1).max(200);
/** What an engine takes at once, and a voice can say. */
const MAX_GREETING_TEXT_BYTES = 5_000;
const utf8 = new TextEncoder();
const greetingText = spoken
  .refine((text) => utf8.encode(text).length <= MAX_GREETING_TEXT_BYTES, {
    error: `at most ${MAX_GREETING_TEXT_BYTES} bytes of UTF-8`,
  })
  .refine((text) => /[\p{L}\p{N}]/u.test(text), {
    error: "a letter or digit: nothing else is spoken",
  });

const toolName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "1 to 64 of a-z 0-9 _, a letter first");

/** What a key or phrase makes the scripted dialog do. */
const action = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("say"), text: spoken }).describe("Speak a text"),
  z.strictObject({ do: z.literal("answer"), question: id }).describe(
    "Give the answer of a question",
  ),
  z.strictObject({ do: z.literal("say_again") }).describe("Repeat the last answer"),
  z.strictObject({ do: z.literal("transfer"), to: id.optional() }).describe(
    "Connect the caller with `transfer.number`, or the number of one of `transfers`",
  ),
  z.strictObject({
    do: z.literal("collect"),
    text: spoken,
    digits: z.strictObject({
      min: z.int().min(1).max(32).default(1),
      max: z.int().min(1).max(32),
      terminator: z.enum(["#", "*", "none"]).default("#"),
      timeout_ms: z.int().min(500).max(60_000).default(5_000),
    }),
    tool: toolName,
    thanks: spoken,
  }).describe(
    "Ask for digits on the keypad and give them to a tool; say what it answers as `say`, else thanks",
  ),
  z.strictObject({ do: z.literal("note"), text: spoken, thanks: spoken }).describe(
    "Ask for a message; what the caller says next is kept for the business",
  ),
  z.strictObject({ do: z.literal("goodbye") }).describe("Say goodbye and hang up"),
]);

const fallbackVerb = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("dial"), number: e164 }),
  z.strictObject({ do: z.literal("say"), text: spoken }),
]);

/** What a dialog may use, with secrets of this form: an API that hides them has another one. */
export const toolsWith = <Secret extends z.ZodType>(secret: Secret) =>
  z.array(z.strictObject({
    name: toolName,
    description: z.string().trim().min(1).max(1_000),
    url: z.url({ protocol: /^https?$/ }),
    secret: secret.optional().describe("Key of the signature on each request"),
    parameters: z.record(z.string(), z.unknown()).default({ type: "object", properties: {} })
      .describe("What it takes: a JSON schema of an object"),
    timeout_ms: z.int().min(100).max(20_000).default(5_000),
  })).max(32).default([]).describe("What a dialog may look up or do, over HTTP");

/** One business: who is called, what it says, what it answers. Source: `BUSINESS_FILE`, the API. */
export const business = z.strictObject({
  id: id.describe("Name in subjects, keys and logs"),
  version: z.int().min(1).default(1).describe("Grows with every change"),
  name: z.string().trim().min(1).max(200),
  called_numbers: z.array(e164).min(1).describe("Numbers that reach this business, E.164"),
  language: z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, "a language as en-US").default("en-US"),
  voice: z.string().min(1).max(100).default("kal").describe(
    "The synthesizer's name of the voice: kal, he-IL-Wavenet-A",
  ),
  speaking_rate: z.number().min(0.25).max(2).default(1).describe("1 is the voice's own pace"),
  engines: z.strictObject({
    recognizers: z.array(z.enum(["google", "pocketsphinx"])).min(1).optional(),
    synthesizers: z.array(z.strictObject({
      engine: z.enum(["google", "flite"]),
      voice: z.string().min(1).max(100).optional().describe("Its voice; unset: `voice` if known"),
    })).min(1).optional(),
  }).default({}).describe(
    "Engines in the order to be tried; unset: Google if there are credentials, then embedded",
  ),
  greeting: z.strictObject({
    text: greetingText,
    interruptible: z.boolean().default(false).describe("Whether the caller may speak over it"),
  }),
  system_prompt: z.string().trim().max(20_000).default("").describe(
    "Tells a language model how to talk for this business",
  ),
  facts: z.array(z.string().trim().min(1).max(2_000)).max(500).default([]).describe(
    "What a language model may tell callers, one fact each",
  ),
  phrase_hints: z.array(phrase).max(1_000).default([]).describe(
    "Words that callers may say, besides the phrasings: names, products. For engines that take hints",
  ),
  not_understood: spoken.describe("Said when speech was heard but not understood"),
  questions: z.array(z.strictObject({
    id,
    phrasings: z.array(phrase).min(1).describe("Ways to ask it; also the recognizer's grammar"),
    answer: spoken,
  })).min(1),
  keypad: z.partialRecord(
    z.enum(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"]),
    action,
  )
    .default({}),
  say_again: z.strictObject({ phrasings: z.array(phrase).min(1) }).optional(),
  transfer: z.strictObject({ phrasings: z.array(phrase).min(1), text: spoken, number: e164 })
    .optional(),
  transfers: z.array(z.strictObject({
    id,
    number: e164,
    description: z.string().trim().min(1).max(500).describe("Whom one reaches there, and when"),
  })).max(32).default([]).describe("Further numbers that callers may be connected with"),
  goodbye: z.strictObject({ phrasings: z.array(phrase).min(1), text: spoken }),
  idle: z.strictObject({
    prompts: z.tuple([spoken, spoken]).describe(
      "Said to a caller who says nothing, first and then",
    ),
  }).optional().describe("Unset: words of our own in the business's language"),
  backchannels: z.array(phrase).max(100).optional().describe(
    "Words that callers say while they listen, and which are no question; unset: the language's own",
  ),
  tools: toolsWith(z.string().min(16).max(200)),
  fallback: fallbackVerb.describe("What a caller gets when no dialog can take the call"),
}).describe("A business that Kav answers for");

/** The content of a business file: `businesses:`, the first of which also takes unknown numbers. */
export const businessFile = z.strictObject({
  businesses: z.array(business).min(1),
});

export type Business = z.infer<typeof business>;
export type BusinessAction = z.infer<typeof action>;
export type BusinessTool = Business["tools"][number];
export type FallbackVerb = z.infer<typeof fallbackVerb>;

/** How this business speaks: a request to a synthesizer but for the text. */
export function speakerOf({ language, voice, speaking_rate: rate, engines }: Business) {
  const synthesizers = engines.synthesizers?.map(({ engine, voice: own }) => ({
    engine,
    ...(own !== undefined && { voice: own }),
  }));
  return { language, voice, rate, ...(synthesizers && { engines: synthesizers }) };
}

/** Every phrase the scripted dialog of this business understands: the recognizer's grammar. */
export function spokenPhrases(of: Business): string[] {
  return [
    ...of.questions.flatMap((question) => question.phrasings),
    ...(of.say_again?.phrasings ?? []),
    ...(of.transfer?.phrasings ?? []),
    ...of.goodbye.phrasings,
  ];
}
