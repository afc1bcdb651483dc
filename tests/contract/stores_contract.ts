import { afterEach, beforeEach, describe } from "@std/testing/bdd";
import type { Stores } from "shared/store/stores.ts";
import { businessNumberRules } from "./stores/business_number_rules.ts";
import { businessRules } from "./stores/business_rules.ts";
import { businessVersionRules } from "./stores/business_version_rules.ts";
import { callRecordRules, nextActionRules } from "./stores/call_rules.ts";
import { conversationRules } from "./stores/conversation_rules.ts";
import { greetingBuildRules } from "./stores/greeting_build_rules.ts";
import { greetingRules } from "./stores/greeting_rules.ts";
import type { OpenStores, OpenStoresFn } from "./stores/open_stores.ts";
import { phraseRules } from "./stores/phrase_rules.ts";

/** The rules of `Stores`, for any adapter: `name` is the adapter's class. */
export function storesContract(name: string, open: OpenStoresFn): void {
  const part = (store: keyof Stores, rules: (opened: () => OpenStores) => void) =>
    describe(`${name}.${store}`, () => {
      let opened: OpenStores;
      beforeEach(async () => void (opened = await open()));
      afterEach(() => opened.close());
      rules(() => opened);
    });
  part("businesses", businessRules);
  part("businesses", businessVersionRules);
  part("businesses", businessNumberRules);
  part("greetings", greetingRules);
  part("greetingBuilds", greetingBuildRules);
  part("conversations", conversationRules);
  part("nextActions", nextActionRules);
  part("callRecords", callRecordRules);
  part("phrases", phraseRules);
}
