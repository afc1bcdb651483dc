import { assertEquals } from "@std/assert";
import type { CallEnd } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { HeardUtterance } from "shared/testing/words/word_ear.ts";
import type { Expectations } from "./conversation_file.ts";
import type { PlayedCall } from "./played_call.ts";
import { recordedTurn } from "./recorded_turns.ts";
import type { Stage } from "./stage.ts";

/** A call that is over, and where. */
export interface Outcome {
  readonly stage: Stage;
  readonly played: PlayedCall;
}

const CUT = "…";

/** What of a conversation's own expectations has not come true. */
export async function unmet(of: Expectations, outcome: Outcome): Promise<string[]> {
  const { stage, played } = outcome;
  const expected = stage.isReal ? inRealTime(of) : of;
  const problems = [
    ...unlike("end", endOf(played.end!), expected.end),
    ...unlike(
      "heard",
      played.heard().map(textOf).map((text) => stage.isReal ? roughly(text) : text),
      expected.heard,
    ),
    ...await recordProblems(expected, outcome),
    ...boundProblems(expected, played),
    ...askedProblems(expected, stage),
  ];
  const heard = played.heard().flatMap(({ words }) => words.map(({ word }) => word));
  for (const word of expected.never_heard) {
    if (heard.includes(word)) problems.push(`never_heard: ${word} was heard`);
  }
  for (const [name, value] of Object.entries(expected.metrics)) {
    problems.push(...unlike(`metrics ${name}`, await stage.sample(name), value));
  }
  for (const text of expected.never_logged) {
    const found = stage.log.find(({ line }) => line.includes(text));
    if (found) problems.push(`never_logged: ${found.line.trim()}`);
  }
  return problems;
}

/** On a machine with other work nobody knows the word of a cut, or how long things take. */
function inRealTime(
  { heard, turns, bounds: _, max_overlap: __, ...of }: Expectations,
): Expectations {
  return {
    ...of,
    bounds: [],
    ...heard && { heard: heard.map(roughly) },
    ...turns && { turns: turns.map((turn) => turn.interrupted ? withoutTold(turn) : turn) },
  };
}

function withoutTold({ told: _, ...turn }: NonNullable<Expectations["turns"]>[number]) {
  return turn;
}

function roughly(heard: string): string {
  return heard.endsWith(CUT) ? CUT : heard;
}

/** The words of an utterance that were heard whole, and `…` where it was cut. */
export function textOf({ words, cutMs }: HeardUtterance): string {
  const whole = words.filter(({ frames, framesHeard }, i) =>
    cutMs === undefined || i < words.length - 1 || framesHeard === frames
  );
  return [...whole.map(({ word }) => word), ...cutMs === undefined ? [] : [CUT]].join(" ");
}

/** `caller`, or the verbs that Kav has ended the call with. */
function endOf({ by, reason, verbs }: CallEnd): string {
  if (by !== "kav") return by === "caller" ? by : `${by}: ${reason}`;
  return verbs.flatMap((verb) => {
    if (verb.verb === "Dial") return `Dial ${verb.number}`;
    if (verb.verb === "Say") return `Say ${verb.text}`;
    return verb.verb === "Hangup" ? "Hangup" : [];
  }).join(", ");
}

async function recordProblems(
  { turns, notes, reason }: Expectations,
  { stage, played }: Outcome,
): Promise<string[]> {
  const { conversations, callRecords } = stage.kav.stores;
  const conversation = await conversations.get(played.call.callSid);
  const record = await callRecords.get(played.call.callSid);
  const recorded = (conversation?.turns ?? []).map(recordedTurn);
  // Only what the file names is compared.
  const named = recorded.map((turn, i) =>
    Object.fromEntries(
      Object.entries(turn).filter(([field]) => !turns?.[i] || field in turns[i]),
    )
  );
  return [
    ...unlike("turns", named, turns),
    ...unlike("notes", conversation?.notes ?? [], notes),
    ...unlike("reason", record?.endReason, reason),
  ];
}

/** What the language model and the tools were asked. */
function askedProblems({ model, tools }: Expectations, stage: Stage): string[] {
  const problems: string[] = [];
  const requests = stage.model.requests.map((request) => JSON.stringify(request.messages));
  if (model) problems.push(...unlike("model: requests", requests.length, model.length));
  for (const [i, { contains, lacks }] of (model ?? []).entries()) {
    const missing = contains.filter((text) => !requests[i]?.includes(text));
    const there = lacks.filter((text) => requests[i]?.includes(text));
    if (missing.length > 0) {
      problems.push(`model: request ${i + 1} lacks ${missing.join(" | ")}: ${requests[i]}`);
    }
    if (there.length > 0) {
      problems.push(`model: request ${i + 1} contains ${there.join(" | ")}: ${requests[i]}`);
    }
  }
  const { posted } = stage.tools;
  problems.push(...unlike("tools", posted.map(({ tool }) => tool), tools?.map(({ tool }) => tool)));
  for (const [i, { contains }] of (tools ?? []).entries()) {
    const missing = contains.filter((text) => !posted[i]?.body.includes(text));
    if (missing.length > 0) problems.push(`tools: post ${i + 1} lacks ${missing.join(" | ")}`);
  }
  return problems;
}

function boundProblems({ bounds, max_overlap: maxOverlap }: Expectations, played: PlayedCall) {
  const problems = bounds.flatMap(
    ({ from, to, within = Infinity, at_least: least = -Infinity }) => {
      const [fromMs, toMs] = [played.timeOf(from), played.timeOf(to)];
      const name = `bound from ${JSON.stringify(from)} to ${JSON.stringify(to)}`;
      if (fromMs === undefined || toMs === undefined) return [`${name}: it has not happened`];
      const ms = toMs - fromMs;
      return ms > within || ms < least ? [`${name}: ${ms} ms`] : [];
    },
  );
  const overlapMs = longestOverlapMs(played);
  if (overlapMs > (maxOverlap ?? Infinity)) problems.push(`max_overlap: ${overlapMs} ms`);
  return problems;
}

/** For how long at a time both sides were heard. */
function longestOverlapMs(played: PlayedCall): number {
  const overlaps = played.heard().flatMap(({ words }) => {
    const [fromMs, toMs] = [words[0]!.fromMs, words.at(-1)!.toMs];
    return played.lines.map((line) => Math.min(toMs, line.toMs) - Math.max(fromMs, line.fromMs));
  });
  return Math.max(0, ...overlaps);
}

function unlike<T>(what: string, actual: T, expected: T | undefined): string[] {
  if (expected === undefined) return [];
  try {
    assertEquals(actual, expected);
    return [];
  } catch {
    const text = (value: unknown) => JSON.stringify(value, null, 1);
    return [`${what}: expected ${text(expected)}, received ${text(actual)}`];
  }
}
