import type { ConversationTurn } from "shared/store/stores.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import type { CallDesk, DialogInput, ToolAnswer } from "../dialog/dialog.ts";
import { ScriptedDialog } from "../dialog/scripted_dialog.ts";

/** What a dialog has done with it. */
export class DeskLog implements CallDesk {
  readonly notes: string[] = [];
  readonly used: { readonly name: string; readonly args: Readonly<Record<string, unknown>> }[] = [];
  readonly #answer: ToolAnswer | Promise<ToolAnswer>;

  constructor(answer: ToolAnswer | Promise<ToolAnswer> = { outcome: "ok", value: null }) {
    this.#answer = answer;
  }

  note(text: string): void {
    this.notes.push(text);
  }

  async useTool(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer> {
    this.used.push({ name, args });
    return await this.#answer;
  }
}

export function told(
  pieces: readonly string[],
  changes: Partial<ConversationTurn> = {},
): ConversationTurn {
  return {
    turn: 0,
    asked: null,
    pieces,
    isWhole: true,
    piecesSent: pieces.length,
    interrupted: false,
    heard: null,
    interruptible: true,
    then: { do: "none" },
    spoken: { utterance: 1, from: { piece: 0, word: 0 }, pieceEnds: pieces.map((_, i) => 10 + i) },
    tools: [],
    ...changes,
  };
}

export const key = (digit: string): DialogInput => ({ kind: "key", digit });

/** The scripted dialog's reply, its text as pieces. */
export async function askScripted(
  input: DialogInput | string,
  { turns = [], business = SAMPLE_BUSINESS, desk = new DeskLog() }: {
    readonly turns?: readonly ConversationTurn[];
    readonly business?: typeof SAMPLE_BUSINESS;
    readonly desk?: CallDesk;
  } = {},
) {
  const asked = typeof input === "string" ? { kind: "speech", text: input } as const : input;
  const { signal } = new AbortController();
  const { text, ...reply } = await new ScriptedDialog(business).reply(
    { input: asked, turns, desk },
    signal,
  );
  if (text.then === undefined) {
    throw new Error("Cannot compare: the text is whole, received a part");
  }
  return { ...reply, pieces: text.pieces.map((piece) => piece.text), then: text.then };
}
