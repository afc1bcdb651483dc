import type { FramePosition } from "shared/speech/recognizer.ts";

interface Promoted {
  readonly words: readonly string[];
  /** What was promoted holds nothing later. */
  readonly to: FramePosition;
  readonly lastVoiced: FramePosition;
}

/**
 * The words that were promoted before the engine was sure of them. Of what it says later only the words behind them
 * are new: by the time of its result, else by stripping the common prefix.
 */
export class PromotedWords {
  readonly #onDiffers: () => void;
  #promoted: Promoted | undefined;

  /** @param onDiffers the engine's final says something else than what had been promoted */
  constructor(onDiffers: () => void) {
    this.#onDiffers = onDiffers;
  }

  add(text: string, to: FramePosition, lastVoiced: FramePosition): void {
    const words = [...(this.#promoted?.words ?? []), ...wordsOf(text)];
    this.#promoted = { words, to, lastVoiced };
  }

  /**
   * The words of an engine's text up to `to` that are not answered yet.
   *
   * @param hasSpoken whether the caller has spoken since the promotion, up to `to`
   */
  freshOf(text: string, to: FramePosition, hasSpoken: boolean): string {
    const trimmed = text.trim();
    const promoted = this.#promoted;
    if (!promoted) return trimmed;
    if (to.seq <= promoted.to.seq) return "";
    const common = commonWords(wordsOf(trimmed), promoted.words);
    const isExtended = common === promoted.words.length;
    if (!isExtended && !hasSpoken) return "";
    return trimmed.split(/\s+/).slice(common).join(" ");
  }

  /** The engine has its say about what was promoted. An empty text is a rejection. */
  settle(text: string, to: FramePosition, hasSpoken: boolean): void {
    const promoted = this.#promoted;
    if (!promoted) return;
    this.#promoted = undefined;
    const words = wordsOf(text);
    const common = commonWords(words, promoted.words);
    if (to.seq < promoted.lastVoiced.seq && common === words.length && common > 0) {
      // Of several things promoted as one, the engine finals the first.
      const rest = promoted.words.slice(common);
      if (rest.length > 0) this.#promoted = { ...promoted, words: rest };
      return;
    }
    const isLater = to.seq > promoted.to.seq;
    const isSame = common === promoted.words.length && (isLater || common === words.length);
    const isOther = isLater && common === 0 && hasSpoken;
    if (!isSame && !isOther) this.#onDiffers();
  }
}

/** Words as they are compared: engines change case and punctuation between partial and final. */
function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/).map((word) => {
    const bare = word.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, "");
    return bare === "" ? word : bare;
  }).filter((word) => word !== "");
}

function commonWords(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common++;
  return common;
}
