import type { Business, BusinessAction } from "shared/store/business.ts";
import type { ConversationTurn, TurnEnding } from "shared/store/stores.ts";
import type { Dialog, DialogReply, DialogRequest } from "./dialog.ts";
import { matchPhrases, type PhraseMatcher } from "./phrase_matcher.ts";

const NONE: TurnEnding = { do: "none" };

/** The dialog of a business file: questions and answers, keys, "say that again", transfer, goodbye. */
export class ScriptedDialog implements Dialog {
  readonly #business: Business;
  readonly #matcher: PhraseMatcher<BusinessAction>;

  constructor(business: Business) {
    this.#business = business;
    this.#matcher = matchPhrases(intentsOf(business));
  }

  reply({ input, turns }: DialogRequest, _signal: AbortSignal): Promise<DialogReply> {
    return Promise.resolve(this.#answer(this.#meaning(input), turns));
  }

  #meaning(input: DialogRequest["input"]): BusinessAction[] {
    switch (input.kind) {
      case "speech":
        return this.#matcher.match(input.text);
      case "rejected":
        return [];
      case "key": {
        const keypad: Partial<Record<string, BusinessAction>> = this.#business.keypad;
        const action = keypad[input.digit];
        return action ? [action] : [];
      }
    }
  }

  /** Answers everything that was asked, in order; what ends the talk ends the reply. */
  #answer(actions: readonly BusinessAction[], turns: readonly ConversationTurn[]): DialogReply {
    const replies: DialogReply[] = [];
    for (const action of actions) {
      const reply = this.#one(action, turns);
      if (reply) replies.push(reply);
      if (reply && reply.action.do !== "none") break;
    }
    const last = replies.at(-1);
    if (!last) return this.#notUnderstood();
    const questions = replies.map(({ question }) => question).filter((id) => id !== null);
    return {
      ...last,
      text: replies.map(({ text }) => text).join(" "),
      question: questions.at(-1) ?? null,
    };
  }

  #one(action: BusinessAction, turns: readonly ConversationTurn[]): DialogReply | undefined {
    switch (action.do) {
      case "say":
        return said(action.text);
      case "answer": {
        const question = this.#business.questions.find(({ id }) => id === action.question);
        return question && { ...said(question.answer), question: question.id };
      }
      case "say_again": {
        const lastAnswer = turns.findLast(({ told }) => told !== this.#business.not_understood);
        return lastAnswer && said(lastAnswer.told);
      }
      case "transfer": {
        const { transfer } = this.#business;
        return transfer && ended(transfer.text, { do: "transfer", to: transfer.number });
      }
      case "goodbye":
        return ended(this.#business.goodbye.text, { do: "hangup" });
    }
  }

  #notUnderstood(): DialogReply {
    return { ...said(this.#business.not_understood), understood: false };
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

function said(text: string): DialogReply {
  return { text, action: NONE, interruptible: true, understood: true, question: null };
}

/** Last words: whoever speaks over them is still hung up on or connected. */
function ended(text: string, action: TurnEnding): DialogReply {
  return { text, action, interruptible: false, understood: true, question: null };
}
