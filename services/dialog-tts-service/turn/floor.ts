/** PURE. What Kav does with its turn to speak: thinks of a reply, speaks an utterance, or neither. */
import type { Asked, ClearReason, TurnAction } from "./turn_events.ts";
import type { Heard, Opening, Speaking, Thinking } from "./turn_state.ts";

export class Floor {
  #nextUtterance: number;
  #thoughts = 0;
  #thinking: Thinking | undefined;
  #speaking: Speaking | undefined;

  constructor(nextUtterance: number) {
    this.#nextUtterance = nextUtterance;
  }

  get thinking(): Thinking | undefined {
    return this.#thinking;
  }

  get speaking(): Speaking | undefined {
    return this.#speaking;
  }

  /** @param heard what is answered; empty for a key, digits, a silence. */
  think(asked: Asked, heard: readonly Heard[]): TurnAction {
    const thought = ++this.#thoughts;
    this.#thinking = { thought, asked, heard };
    return { do: "think", thought, asked };
  }

  /** The thought there is has come to its end. */
  takeThought(): Thinking | undefined {
    const thinking = this.#thinking;
    this.#thinking = undefined;
    return thinking;
  }

  /** @returns its number. */
  open(of: Partial<Opening> & Pick<Opening, "turn" | "interruptible">): number {
    const utterance = this.#nextUtterance++;
    this.#speaking = {
      ...{ action: { do: "none" }, heard: [], answersSpeech: false, isRest: false, isWhole: true },
      ...of,
      ...{ utterance, begun: false, sinceMs: undefined, endsByMs: undefined },
    };
    return utterance;
  }

  /** The utterance there is has ended. */
  close(): void {
    this.#speaking = undefined;
  }

  /** Ends the thought or utterance there is. @param onsetMs of the speech that does it. */
  silence(because: ClearReason, onsetMs?: number): TurnAction[] {
    const { thinking, speaking } = this;
    this.#thinking = this.#speaking = undefined;
    const actions: TurnAction[] = thinking ? [{ do: "abandon_thought" }] : [];
    if (speaking?.begun) {
      const since = onsetMs === undefined ? {} : { onsetMs };
      actions.push({ do: "clear", through: speaking.utterance, because, ...since });
    } else if (speaking) {
      actions.push({ do: "abandon_utterance" });
      if (speaking.isRest) actions.push({ do: "drop_rest" });
    }
    return actions;
  }

  /** What a reply of which nothing is heard yet answers; undefined when there is no such reply. */
  get takenBack(): readonly Heard[] | undefined {
    const { thinking, speaking } = this;
    if (thinking) return thinking.heard.length > 0 ? thinking.heard : undefined;
    return speaking && !speaking.begun && speaking.answersSpeech ? speaking.heard : undefined;
  }

  /** Whether speech may interrupt what is spoken: it began after the first frame that the edge sent. */
  isUnder(onsetMs: number | undefined): boolean {
    if (onsetMs === undefined || !this.#speaking?.interruptible) return false;
    return onsetMs >= (this.#speaking.sinceMs ?? Infinity);
  }

  /** Whether an answer to further speech may take its place. */
  get isFree(): boolean {
    const speaking = this.#speaking;
    if (this.#thinking) return false;
    return !speaking || (speaking.begun && speaking.interruptible && speaking.answersSpeech);
  }
}
