import { FRAME_MS } from "shared/media/frame.ts";
import type { HeardUtterance, HeardWord } from "shared/testing/words/word_ear.ts";
import { wordsOf } from "shared/testing/words/word_frames.ts";
import type { Outcome } from "./expectations.ts";
import type { PlayedCall } from "./played_call.ts";
import { recordedTurn } from "./recorded_turns.ts";

/** What must be true of every call. */

const MAX_AFTER_CLEAR_MS = 60;
/** What sounds later than that after a clear was meant to. */
const SOON_MS = 1_000;
/** A word that ends so near the clear may count as heard, or not. */
const NEAR_MS = 2 * FRAME_MS;
/** A piece, as long as they get. */
const MAX_AGAIN_WORDS = 40;
const DROPS = [
  "kav_rx_drops_total",
  "kav_tx_drops_total",
  "kav_stt_drops_total",
  "kav_tx_lost_total",
  "kav_stt_lost_total",
];

export async function alwaysProblems(outcome: Outcome): Promise<string[]> {
  const { stage, played } = outcome;
  const problems: string[] = [];
  for (const name of DROPS) {
    const drops = await stage.sample(name);
    if (drops > 0) problems.push(`${name} is ${drops}`);
  }
  problems.push(...soundsAfterClears(played.heard()));
  const conversation = await stage.kav.stores.conversations.get(played.call.callSid);
  const turns = (conversation?.turns ?? []).map(recordedTurn);
  const told = turns.flatMap(({ told }) => wordsOf(told));
  problems.push(...differences(played, told));
  return problems;
}

/** A cleared text that still sounds. */
function soundsAfterClears(utterances: readonly HeardUtterance[]): string[] {
  return utterances.flatMap(({ words, cutMs }, i) => {
    if (cutMs === undefined) return [];
    const texts = new Set(words.map(({ text }) => text));
    const late = utterances.slice(i + 1).flatMap(({ words }) => words).filter((word) =>
      texts.has(word.text) && word.fromMs < cutMs + SOON_MS
    );
    const ms = late.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    return ms > MAX_AFTER_CLEAR_MS ? [`heard ${ms} ms after the clear at ${cutMs}`] : [];
  });
}

/**
 * The record holds the words that were heard, in order. A word that ended within two frames of a clear may be missing
 * or there; what was cut may be heard again. What a caller who hung up was still to hear may be there too.
 */
function differences(played: PlayedCall, told: readonly string[]): string[] {
  let at = 0;
  for (const utterance of played.heard()) {
    const next = followed(told, at, utterance) ?? again(told, at, utterance);
    if (next === undefined) {
      return [`record and ear differ at word ${at + 1}: "${told.slice(at, at + 8).join(" ")}"`];
    }
    at = next;
  }
  if (played.end!.by === "caller" || at === told.length) return [];
  return [`in the record but not heard: ${told.slice(at).join(" ")}`];
}

/** How far the record goes when it holds this utterance from `at` on; undefined: it does not. */
function followed(told: readonly string[], at: number, utterance: HeardUtterance) {
  let next = at;
  for (const word of utterance.words) {
    const need = needOf(word, utterance);
    if (need !== "never" && told[next] === word.word) next++;
    else if (need === "must") return undefined;
  }
  return next;
}

/** The same for one that begins with words that were told before. */
function again(told: readonly string[], at: number, utterance: HeardUtterance) {
  for (let from = at - 1; from >= Math.max(0, at - MAX_AGAIN_WORDS); from--) {
    const next = followed(told, from, utterance);
    if (next !== undefined && next >= at) return next;
  }
}

function needOf(word: HeardWord, { words, cutMs }: HeardUtterance) {
  const isLast = word === words.at(-1);
  const isWhole = word.framesHeard === word.frames;
  if (cutMs === undefined) return isWhole || !isLast ? "must" : "may";
  if (!isLast) return cutMs - word.toMs <= NEAR_MS ? "may" : "must";
  if (Math.abs(word.fromMs + word.frames * FRAME_MS - cutMs) <= NEAR_MS) return "may";
  return isWhole ? "must" : "never";
}
