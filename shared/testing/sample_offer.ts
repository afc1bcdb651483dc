import type { Offer } from "shared/bus/messages.ts";
import { SAMPLE_BUSINESS } from "./sample_business.ts";

/** The first offer of a call of the sample business, with some of it changed. */
export function sampleOffer(changes: Partial<Offer> & Pick<Offer, "call">): Offer {
  return {
    leg: 0,
    epoch: 0,
    business: SAMPLE_BUSINESS.id,
    not: [],
    window: 9,
    next_utterance: 1,
    next_seq: 0,
    utterances: [],
    heard: [],
    ...changes,
  };
}
