import { schemaProblems } from "shared/store/schema_problems.ts";
import { pathText } from "shared/store/yaml_positions.ts";
import { readYaml } from "shared/store/yaml_text.ts";
import { z } from "zod";
import { duration } from "./duration.ts";
import { modelAnswer } from "./model_script.ts";
import { pointOf } from "./points.ts";

/** What a conversation file may hold. */

const pointWith = (end: boolean) =>
  z.string().transform((text, context) => {
    const point = pointOf(text, end);
    if (!point) {
      context.addIssue(`a moment as "answer 1 word 5", "line 2 end", received ${text}`);
      return z.NEVER;
    }
    return point;
  });

const sayFields = {
  text: z.string().min(1),
  /** 12 frames of 20 ms: 240 ms. */
  frames_per_word: z.int().min(1).max(100).default(12),
  /** What the recognizer makes of it: its words, speech it cannot make out, nothing. */
  heard_as: z.enum(["words", "rejected", "noise"]).default("words"),
};

const line = z.union([
  z.string().min(1).transform((text) => ({
    text,
    frames_per_word: sayFields.frames_per_word.parse(undefined),
    heard_as: sayFields.heard_as.parse(undefined),
  })),
  z.strictObject(sayFields),
]);

const ACTIONS = ["say", "press", "hang_up", "send", "break_socket", "pause_media", "wait"] as const;

const step = z.strictObject({
  /** Since the stream was open. */
  at: duration.optional(),
  /** The end of something; with `then`, so long after it. */
  after: pointWith(true).optional(),
  /** The beginning of something, or a word of it. */
  during: pointWith(false).optional(),
  then: duration.optional(),
  /** Of the caller. The next step comes when the last frame was sent. */
  say: line.optional(),
  /** Keys, 100 ms from one to the next. */
  press: z.string().regex(/^[0-9*#]+$/).optional(),
  hang_up: z.literal(true).optional(),
  /** As it is, in place of a message of Twilio. */
  send: z.string().optional(),
  break_socket: z.literal(true).optional(),
  pause_media: duration.optional(),
  wait: duration.optional(),
}).refine((one) => ACTIONS.filter((action) => one[action] !== undefined).length === 1, {
  error: `one of ${ACTIONS.join(", ")}`,
}).refine(
  (one) => [one.at, one.after, one.during].filter((when) => when !== undefined).length < 2,
  {
    error: "one of at, after, during at most",
  },
);

const turn = z.strictObject({
  asked: z.string().nullable().optional(),
  /** The words as heard. */
  told: z.string().optional(),
  interrupted: z.boolean().optional(),
});

const bound = z.strictObject({
  from: pointWith(true),
  to: pointWith(false),
  within: duration.optional(),
  at_least: duration.optional(),
});

const expectations = z.strictObject({
  /** Kav's utterances in order, the greeting first; `…` at the end of one that was cut. */
  heard: z.array(z.string()).optional(),
  /** Of the dialog's record, the greeting first. */
  turns: z.array(turn).optional(),
  /** `caller`, `Hangup`, `Dial +15550100002`, `Say Please call later.` */
  end: z.string(),
  /** Why the edge says that the call has ended. */
  reason: z.string().optional(),
  bounds: z.array(bound).default([]),
  /** Longest time in which both are heard. */
  max_overlap: duration.optional(),
  never_heard: z.array(z.string()).default([]),
  /** What callers left for the business. */
  notes: z.array(z.string()).optional(),
  /** Samples of `/metrics`. */
  metrics: z.record(z.string(), z.number()).default({}),
  /** Of the requests that the language model saw, in order. */
  model: z.array(z.strictObject({
    contains: z.array(z.string()).default([]),
    lacks: z.array(z.string()).default([]),
  })).optional(),
  /** The posts to tools, in order: the tool, and what its body contains. */
  tools: z.array(z.strictObject({ tool: z.string(), contains: z.array(z.string()).default([]) }))
    .optional(),
  /** In no log line. */
  never_logged: z.array(z.string()).default([]),
});

const toolScript = z.strictObject({
  answer: z.unknown().default(null),
  status: z.int().default(200),
  after: duration.default(0),
  hangs: z.boolean().default(false),
});

const conversation = z.strictObject({
  name: z.string().min(1),
  /** Laid over the base business. */
  business: z.record(z.string(), z.unknown()).default({}),
  /** By their names in the environment. */
  settings: z.record(z.string(), z.string()).default({}),
  /** How the stand-ins behave. */
  engines: z.strictObject({
    /** From a word's last frame to the partial with it. */
    partial: duration.default(100),
    /** From a line's last frame to its final. */
    final: duration.default(300),
    /** From a sentence's request to its first audio. */
    synthesis: duration.default(0),
    /** One way of each message of Twilio's. */
    network: duration.default(0),
  }).prefault({}),
  /** The script of the language model's server; unset: there is none. */
  model: z.array(modelAnswer).optional(),
  /** What the tools of the business answer, by the path of their URL: `http://127.0.0.1/hours` is `hours`. */
  tools: z.record(z.string(), toolScript).default({}),
  caller: z.array(step),
  /** How long after the call nothing of it is left. */
  settle: duration.default(3_000),
  expect: expectations,
});

export type ConversationFile = z.infer<typeof conversation>;
export type CallerStep = z.infer<typeof step>;
export type ToolScript = z.infer<typeof toolScript>;
export type Expectations = z.infer<typeof expectations>;

/** Reads one conversation. @throws {TypeError} that names everything wrong with it, and where. */
export function readConversation(source: string, name: string): ConversationFile {
  const yaml = readYaml(source);
  if (!yaml.ok) throw problemsOf(name, yaml.problems.map(({ at, text }) => `${at}: ${text}`));
  const parsed = conversation.safeParse(yaml.value);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error).map(({ path, message, isUnknownField }) => {
    const at = isUnknownField ? yaml.positions.ofKey(path) : yaml.positions.ofValue(path);
    return `${at} ${pathText(path)}: ${message}`;
  });
  throw problemsOf(name, problems);
}

function problemsOf(name: string, problems: readonly string[]): TypeError {
  return new TypeError(`Cannot read the conversation ${name}:\n${problems.join("\n")}`);
}
