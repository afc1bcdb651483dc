import type { Log } from "shared/runtime/log.ts";
import type { Business } from "shared/store/business.ts";
import type { Dialog, DialogReply, DialogRequest } from "./dialog/dialog.ts";
import { ReplyText } from "./dialog/reply_text.ts";

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

  /**
   * Begins a thought, and ends the last one.
   *
   * @param request waited for, so that it tells what is known by then.
   * @param onReply not called when the thought was abandoned.
   */
  async think(
    request: () => Promise<DialogRequest>,
    onReply: (reply: DialogReply) => void,
  ): Promise<void> {
    this.abandon();
    const { signal } = this.#thought = new AbortController();
    const asked = await request();
    if (signal.aborted) return;
    const reply = await this.#reply(asked, signal);
    if (!signal.aborted) onReply(reply);
  }

  /** Ends the thought, and what is still being written of its reply. */
  abandon(): void {
    this.#thought.abort();
  }

  async #reply(request: DialogRequest, signal: AbortSignal): Promise<DialogReply> {
    const { dialog, business, log } = this.#options;
    try {
      return await dialog.reply(request, signal);
    } catch (error) {
      if (!signal.aborted) log.error("the dialog has no reply", { error: String(error) });
      return {
        text: ReplyText.whole([business.not_understood]),
        interruptible: true,
        understood: false,
        question: null,
      };
    }
  }
}
