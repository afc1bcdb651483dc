import type { Speech } from "shared/bus/messages.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { FramePosition } from "shared/speech/recognizer.ts";
import { PromotedWords } from "./promoted_words.ts";

type WithoutEpoch<T> = T extends unknown ? Omit<T, "epoch"> : never;
/** A `speech` message but for its epoch. */
export type SpeechEvent = WithoutEpoch<Speech>;

/** Speech to which the engine has said nothing for so long is forgotten. */
const PATIENCE_MS = 3_000;
/** A result may end so much before the VAD's last voiced frame and still be about all of the speech. */
const SLACK_FRAMES = 10;
/** An engine's result about Kav's echo may end so long after it. */
const ECHO_TAIL_FRAMES = 50;

export interface EndpointerOptions {
  readonly hangoverMs: number;
  readonly timeoutMs: number;
  readonly debounceMs: number;
  /** Speech that has lasted so long, from its onset on, is sustained. */
  readonly minSpeechMs: number;
  /** Whether Kav could be heard on the caller's line during this frame. */
  readonly sounded: (seq: number) => boolean;
  readonly emit: (event: SpeechEvent) => void;
  /** The engine's final says something else than what had been promoted. */
  readonly onPromotedDiffers: () => void;
}

/** Speech that is under no final yet. */
interface Segment {
  speech: number;
  onset: FramePosition;
  lastVoiced: FramePosition;
  /** When its hangover had passed; undefined while it goes on. */
  endedMs: number | undefined;
  isSustained: boolean;
  /** The engine hears it, the VAD does not. */
  readonly engineOnly: boolean;
}

/**
 * When the caller has finished saying something: the engine's final, or after a silence of hangover and timeout
 * the latest partial, promoted. No word is answered twice: of a text that comes after a promotion only the words
 * behind it count. Positions are of frames; `nowMs` is any monotonic clock.
 */
export class Endpointer {
  readonly #options: EndpointerOptions;
  /** Oldest first. */
  #segments: Segment[] = [];
  /** The VAD's speech in progress; its segment may be under a final already. */
  #voice: Segment | undefined;
  #lastSpeech = 0;
  #text = "";
  #textTo: FramePosition | undefined;
  #changedMs = 0;
  readonly #promoted: PromotedWords;
  /** The last frame under a result about Kav's echo. */
  #echoSeq = -Infinity;
  #finalSeq = -1;

  constructor(options: EndpointerOptions) {
    this.#options = options;
    this.#promoted = new PromotedWords(options.onPromotedDiffers);
  }

  /** The oldest frame of speech that is under no final; undefined in silence. */
  get openFromSeq(): number | undefined {
    return this.#segments[0]?.onset.seq;
  }

  /** When `poll` has something to do, unless something happens before. */
  get wakeAtMs(): number | undefined {
    if (this.#voice || this.#segments.length === 0) return undefined;
    const endedMs = this.#segments.at(-1)!.endedMs!;
    if (this.#text === "") return endedMs + PATIENCE_MS;
    const { timeoutMs, debounceMs } = this.#options;
    return Math.max(endedMs + timeoutMs, this.#changedMs + debounceMs);
  }

  /** The VAD hears speech begin. */
  onset(at: FramePosition): void {
    this.#voice = this.#begin(at);
  }

  /** Speech goes on: `at` was voiced. */
  voiced(at: FramePosition): void {
    const voice = this.#voice;
    if (!voice) return;
    const isUnderFinal = at.seq <= this.#finalSeq;
    voice.lastVoiced = at;
    if (!isUnderFinal && !this.#segments.includes(voice)) this.#voice = this.#begin(at);
  }

  /** Frame `at` holds speech beyond doubt: it is no overhang of the detector. */
  spoken(at: FramePosition): void {
    const voice = this.#voice;
    if (!voice || voice.isSustained || !this.#segments.includes(voice)) return;
    const { speech, onset } = voice;
    if (at.streamMs + FRAME_MS - onset.streamMs < this.#options.minSpeechMs) return;
    voice.isSustained = true;
    this.#options.emit({ kind: "speech_sustained", speech, onset_ms: onset.streamMs });
  }

  /** The hangover has passed. */
  ended(lastVoiced: FramePosition, nowMs: number): void {
    const voice = this.#voice;
    if (!voice) return;
    if (lastVoiced.seq >= voice.onset.seq) voice.lastVoiced = lastVoiced;
    voice.endedMs = nowMs;
    this.#voice = undefined;
    this.#options.emit({
      kind: "speech_ended",
      speech: voice.speech,
      last_voiced_ms: lastVoiced.streamMs,
    });
  }

  /** What the engine has heard so far; an empty text takes the last partial back. */
  partial(text: string, to: FramePosition, nowMs: number): void {
    if (to.seq <= this.#finalSeq) return;
    const fresh = this.#promoted.freshOf(text, to, this.#hasSpoken(to));
    if (fresh === "") return this.#clearText();
    const segment = this.#segmentOf(to);
    if (!segment) return;
    this.#textTo = to;
    if (segment.engineOnly) {
      segment.lastVoiced = to;
      segment.endedMs = nowMs + this.#options.hangoverMs;
    }
    if (fresh === this.#text) return;
    this.#text = fresh;
    this.#changedMs = nowMs;
    const { speech, onset } = segment;
    this.#options.emit({
      kind: "partial",
      speech,
      text: fresh,
      onset_ms: onset.streamMs,
      to_seq: to.seq,
    });
  }

  /** The engine is sure of everything up to `to`. */
  final(text: string, to: FramePosition): void {
    if (to.seq <= this.#finalSeq) return;
    const hasSpoken = this.#hasSpoken(to);
    const fresh = this.#promoted.freshOf(text, to, hasSpoken);
    this.#promoted.settle(text, to, hasSpoken);
    if (fresh !== "") this.#segmentOf(to);
    this.#conclude(to, (range) => {
      if (fresh !== "") {
        this.#options.emit({ kind: "final", text: fresh, promoted: false, ...range });
      }
    });
  }

  /** The engine cannot make out what was said up to `to`. */
  rejected(to: FramePosition): void {
    if (to.seq <= this.#finalSeq) return;
    this.#promoted.settle("", to, this.#hasSpoken(to));
    this.#conclude(to, (range) => this.#options.emit({ kind: "rejected", ...range }));
  }

  /** Promotes or forgets what is due. While frames wait, silence is known only to the last one heard. */
  poll(nowMs: number, heardSeq = Infinity): void {
    const wakeAtMs = this.wakeAtMs;
    if (wakeAtMs === undefined || nowMs < wakeAtMs) return;
    const { hangoverMs, timeoutMs } = this.#options;
    const silentFrames = heardSeq - this.#segments.at(-1)!.lastVoiced.seq;
    if (silentFrames * FRAME_MS < hangoverMs + timeoutMs) return;
    if (this.#text === "") this.#segments = [];
    else this.#promote();
  }

  #promote(): void {
    const text = this.#text;
    const to = this.#textTo!;
    const isSaid = ({ onset }: Segment) => onset.seq <= to.seq;
    const said = this.#segments.filter(isSaid);
    this.#segments = this.#segments.filter((segment) => !isSaid(segment));
    this.#clearText();
    const { lastVoiced } = said.at(-1)!;
    this.#promoted.add(text, to, lastVoiced);
    const range = rangeOf(said, to);
    this.#options.emit({ kind: "final", text, promoted: true, ...range });
  }

  /** Closes what lies under a result of the engine. */
  #conclude(to: FramePosition, tell: (range: ReturnType<typeof rangeOf>) => void): void {
    this.#finalSeq = to.seq;
    this.#clearText();
    const under = this.#segments.filter(({ onset }) => onset.seq <= to.seq);
    this.#segments = this.#segments.slice(under.length);
    if (under.length === 0) return;
    tell(rangeOf(under, to));
    this.#keepRest(under.at(-1)!, to);
  }

  /** Speech that goes on behind a result begins anew there. */
  #keepRest(segment: Segment, to: FramePosition): void {
    const restFrames = segment.lastVoiced.seq - to.seq;
    const goesOn = segment === this.#voice;
    if (segment.engineOnly || restFrames <= (goesOn ? 0 : SLACK_FRAMES)) return;
    const rest = this.#newSegment({ seq: to.seq + 1, streamMs: to.streamMs + FRAME_MS }, false);
    rest.lastVoiced = segment.lastVoiced;
    rest.endedMs = segment.endedMs;
    this.#segments.unshift(rest);
    if (!goesOn) return;
    this.#voice = rest;
    this.#tellStarted(rest);
    this.spoken(rest.lastVoiced);
  }

  #firstUnder(to: FramePosition): Segment | undefined {
    const [first] = this.#segments;
    return first && first.onset.seq <= to.seq ? first : undefined;
  }

  /** Whether the VAD hears speech, up to `to`, that is under no final. */
  #hasSpoken(to: FramePosition): boolean {
    return this.#segments.some(({ engineOnly, onset }) => !engineOnly && onset.seq <= to.seq);
  }

  #begin(at: FramePosition): Segment {
    const segment = this.#newSegment(at, false);
    this.#segments.push(segment);
    this.#tellStarted(segment);
    return segment;
  }

  #tellStarted({ speech, onset }: Segment): void {
    const { streamMs: onset_ms, seq } = onset;
    this.#options.emit({ kind: "speech_started", speech, onset_ms, seq });
  }

  /** The segment that a result is about; none when it is about Kav's own voice. */
  #segmentOf(to: FramePosition): Segment | undefined {
    return this.#firstUnder(to) ?? (this.#isEcho(to) ? undefined : this.#beginUnvoiced(to));
  }

  /** What only the engine hears while Kav can be heard, is Kav; and so is what it makes of that shortly after. */
  #isEcho(to: FramePosition): boolean {
    if (this.#options.sounded(to.seq)) this.#echoSeq = to.seq;
    return to.seq <= this.#echoSeq + ECHO_TAIL_FRAMES;
  }

  /** The VAD knows nothing of it. */
  #beginUnvoiced(at: FramePosition): Segment {
    const segment = this.#newSegment(at, true);
    this.#segments.unshift(segment);
    return segment;
  }

  #newSegment(at: FramePosition, engineOnly: boolean): Segment {
    const speech = ++this.#lastSpeech;
    return {
      speech,
      onset: at,
      lastVoiced: at,
      endedMs: undefined,
      isSustained: false,
      engineOnly,
    };
  }

  #clearText(): void {
    this.#text = "";
    this.#textTo = undefined;
  }
}

function rangeOf(segments: readonly Segment[], to: FramePosition) {
  const first = segments[0]!;
  const { lastVoiced } = segments.at(-1)!;
  return {
    speech: first.speech,
    from_seq: first.onset.seq,
    to_seq: to.seq,
    onset_ms: first.onset.streamMs,
    last_voiced_ms: Math.min(lastVoiced.streamMs, to.streamMs),
  };
}
