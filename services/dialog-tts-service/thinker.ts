import type { Log } from "shared/runtime/log.ts";
import type { Business } from "shared/store/business.ts";
import type { ConversationTurn } from "shared/store/stores.ts";
import type { Dialog, DialogInput, DialogReply } from "./dialog/dialog.ts";

export interface ThinkerOptions {
  readonly dialog: Dialog;
  readonly business: Business;
  readonly log: Log;
}

/** Asks the dialog, one thought at a time. A dialog that fails has not understood. */
export class Thinker {
  readonly #options: ThinkerOptions;
  #thought = new AbortController();

  constructor(options: ThinkerOptions) {
    this.#options = options;
  }

  /** @param onReply not called when the thought was abandoned. */
  async think(
    input: DialogInput,
    turns: readonly ConversationTurn[],
    onReply: (reply: DialogReply) => void,
  ): Promise<void> {
    const { signal } = this.#thought = new AbortController();
    const reply = await this.#reply(input, turns, signal);
    if (!signal.aborted) onReply(reply);
  }

  abandon(): void {
    this.#thought.abort();
  }

  async #reply(
    input: DialogInput,
    turns: readonly ConversationTurn[],
    signal: AbortSignal,
  ): Promise<DialogReply> {
    const { dialog, business, log } = this.#options;
    try {
      return await dialog.reply({ input, turns }, signal);
    } catch (error) {
      if (!signal.aborted) log.error("the dialog has no reply", { error: String(error) });
      return {
        text: business.not_understood,
        action: { do: "none" },
        interruptible: true,
        understood: false,
        question: null,
      };
    }
  }
}
