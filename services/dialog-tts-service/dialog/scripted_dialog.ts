import { splitSentences } from "shared/speech/sentences.ts";
import type { Business, BusinessAction } from "shared/store/business.ts";
import type { ConversationTurn, TurnEnding } from "shared/store/stores.ts";
import type { Dialog, DialogInput, DialogReply, DialogRequest } from "./dialog.ts";
import { entryAgain, entryAsked, entryOf, thanksFor } from "./keypad_entry.ts";
import { idlePrompt, ownWords } from "./own_words.ts";
import { matchPhrases, type PhraseMatcher } from "./phrase_matcher.ts";
import { ReplyText } from "./reply_text.ts";

type Entered = Extract<DialogInput, { kind: "entry" }>;

interface Saying {
  readonly text: string;
  readonly then: TurnEnding;
  readonly question: string | null;
  readonly understood: boolean;
  /** Not worth keeping. */
  readonly once?: boolean;
}

const NONE: TurnEnding = { do: "none" };
/** A caller who was silent so often is told goodbye. */
const LAST_SILENCE = 3;

/** The dialog of a business file: questions and answers, keys and digits, notes, transfer, goodbye. */
export class ScriptedDialog implements Dialog {
  readonly #business: Business;
  readonly #matcher: PhraseMatcher<BusinessAction>;

  constructor(business: Business) {
    this.#business = business;
    this.#matcher = matchPhrases(intentsOf(business));
  }

  async reply(request: DialogRequest, signal: AbortSignal): Promise<DialogReply> {
    const { input } = request;
    return replyOf(
      input.kind === "entry"
        ? await this.#entered(input, request, signal)
        : this.#saying(input, request),
    );
  }

  #saying(input: Exclude<DialogInput, Entered>, { turns, desk }: DialogRequest): Saying {
    const last = turns.at(-1)?.then ?? NONE;
    switch (input.kind) {
      case "speech":
        if (last.do !== "take_note") return this.#answer(this.#matcher.match(input.text), turns);
        desk.note(input.text);
        return said(last.thanks);
      case "rejected":
        return this.#notUnderstood(noteOf(last));
      case "key": {
        const keypad: Partial<Record<string, BusinessAction>> = this.#business.keypad;
        const action = keypad[input.digit];
        return this.#answer(action ? [action] : [], turns);
      }
      case "go_on":
        return said("");
      case "silence":
        return input.times < LAST_SILENCE
          ? said(idlePrompt(this.#business, input.times), noteOf(last))
          : this.#goodbye();
    }
  }

  async #entered(
    { name, complete, tool }: Entered,
    { turns, desk }: DialogRequest,
    signal: AbortSignal,
  ): Promise<Saying> {
    if (!complete) {
      const entry = entryAgain(turns);
      return this.#notUnderstood(entry && { do: "collect", entry });
    }
    if (tool === null) return this.#notUnderstood();
    const answer = await desk.useTool(tool, { digits: `{{${name}}}` }, signal);
    const thanks = thanksFor(this.#business, tool, entryAsked(turns), answer);
    if (!thanks) return this.#notUnderstood();
    return { ...said(thanks.text), once: thanks.once };
  }

  /** Answers everything that was asked, in order; what ends the talk, or asks for something, ends the reply. */
  #answer(actions: readonly BusinessAction[], turns: readonly ConversationTurn[]): Saying {
    const sayings: Saying[] = [];
    for (const action of actions) {
      const saying = this.#one(action, turns);
      if (saying) sayings.push(saying);
      if (saying && saying.then.do !== "none") break;
    }
    const last = sayings.at(-1);
    if (!last) return this.#notUnderstood(noteOf(turns.at(-1)?.then ?? NONE));
    return {
      ...last,
      text: sayings.map(({ text }) => text).join(" "),
      question: sayings.findLast(({ question }) => question !== null)?.question ?? null,
    };
  }

  #one(action: BusinessAction, turns: readonly ConversationTurn[]): Saying | undefined {
    switch (action.do) {
      case "say":
        return said(action.text);
      case "answer": {
        const question = this.#business.questions.find(({ id }) => id === action.question);
        return question && { ...said(question.answer), question: question.id };
      }
      case "say_again":
        return this.#again(turns);
      case "transfer":
        return this.#transfer(action.to);
      case "collect":
        return said(action.text, { do: "collect", entry: entryOf(action) });
      case "note":
        return said(action.text, { do: "take_note", thanks: action.thanks });
      case "goodbye":
        return this.#goodbye();
    }
  }

  /** What was told last, and what it asked for. Not that nothing was understood or heard. */
  #again(turns: readonly ConversationTurn[]): Saying | undefined {
    const business = this.#business;
    const prompts = [business.not_understood, idlePrompt(business, 1), idlePrompt(business, 2)]
      .map((text) => splitSentences(text).join(" "));
    const last = turns.findLast(({ pieces }) =>
      pieces.length > 0 && !prompts.includes(pieces.join(" "))
    );
    if (!last) return undefined;
    const asks = last.then.do === "collect" || last.then.do === "take_note";
    return said(last.pieces.join(" "), asks ? last.then : NONE);
  }

  #transfer(id: string | undefined): Saying | undefined {
    const { transfer, transfers } = this.#business;
    const number = id === undefined
      ? transfer?.number
      : transfers.find((each) => each.id === id)?.number;
    if (number === undefined) return undefined;
    const text = transfer?.text ?? ownWords(this.#business).connecting;
    return said(text, { do: "transfer", to: number });
  }

  #goodbye(): Saying {
    return said(this.#business.goodbye.text, { do: "hangup" });
  }

  #notUnderstood(then: TurnEnding = NONE): Saying {
    return { ...said(this.#business.not_understood, then), understood: false };
  }
}

function intentsOf(business: Business): { phrase: string; intent: BusinessAction }[] {
  const all = (phrasings: readonly string[] | undefined, intent: BusinessAction) =>
    (phrasings ?? []).map((phrase) => ({ phrase, intent }));
  return [
    ...business.questions.flatMap(({ id, phrasings }) =>
      all(phrasings, { do: "answer", question: id })
    ),
    ...all(business.say_again?.phrasings, { do: "say_again" }),
    ...all(business.transfer?.phrasings, { do: "transfer" }),
    ...all(business.goodbye.phrasings, { do: "goodbye" }),
  ];
}

/** A note that was asked for and not yet given is still waited for. */
function noteOf(last: TurnEnding): TurnEnding {
  return last.do === "take_note" ? last : NONE;
}

function said(text: string, then: TurnEnding = NONE): Saying {
  return { text, then, question: null, understood: true };
}

function replyOf({ text, then, question, understood, once }: Saying): DialogReply {
  return {
    text: ReplyText.whole(splitSentences(text), then, once),
    // Last words: whoever speaks over them is still hung up on or connected.
    interruptible: then.do !== "hangup" && then.do !== "transfer",
    question,
    understood,
  };
}
