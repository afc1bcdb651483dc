/** What a message on `kav.prompt.changed.{business}` asks for. */
import { decodeJson } from "shared/bus/codec.ts";
import { type PromptChanged, promptChanged } from "shared/bus/messages.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";

export type PromptEvent =
  | { readonly ok: true; readonly value: PromptChanged }
  /** It can never be carried out. */
  | { readonly ok: false; readonly problem: string };

/** The subject says who may be meant: whoever may publish for one business must not order another's. */
export function readPromptEvent(subject: string, data: Uint8Array): PromptEvent {
  const decoded = decodeJson(promptChanged, data);
  if (!decoded.ok || promptChangedSubject(decoded.value.business_id) === subject) return decoded;
  return { ok: false, problem: "business_id: is not the business of the subject" };
}
