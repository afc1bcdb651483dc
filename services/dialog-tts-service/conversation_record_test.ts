import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Conversation } from "shared/store/stores.ts";
import { settle } from "shared/testing/fake_clock.ts";
import { ConversationRecord } from "./conversation_record.ts";

describe("ConversationRecord", () => {
  let puts: Conversation[];
  let errors: unknown[];
  let put: (conversation: Conversation) => Promise<void>;
  let record: ConversationRecord;

  beforeEach(() => {
    puts = [];
    errors = [];
    put = (conversation) => {
      puts.push(conversation);
      return Promise.resolve();
    };
    record = new ConversationRecord({
      call: "CA1",
      businessId: "shop",
      store: {
        put: (conversation) => put(conversation),
        get: () => Promise.resolve(undefined),
        delete: () => Promise.resolve(),
      },
      onStoreError: (error) => errors.push(error),
    });
  });

  it("puts the whole conversation whenever a turn begins or gets further", () => {
    record.begin(0, null, "Hello.");
    record.begin(1, "hours", "At nine. At five.");
    record.progress(1, { sentencesSent: 1 });
    record.progress(1, { interrupted: true });
    assertEquals(puts.length, 4);
    assertEquals(puts.at(-1), {
      call: "CA1",
      businessId: "shop",
      turns: [
        { turn: 0, asked: null, told: "Hello.", sentencesSent: 0, interrupted: false },
        { turn: 1, asked: "hours", told: "At nine. At five.", sentencesSent: 1, interrupted: true },
      ],
    });
    assertEquals(puts[1]?.turns[1]?.sentencesSent, 0, "what was put before stays as it was");
  });

  it("does not put what is no news", () => {
    record.begin(1, "hours", "At nine.");
    record.progress(1, { sentencesSent: 0 });
    record.progress(2, { sentencesSent: 1 });
    assertEquals(puts.length, 1);
  });

  it("goes on when the store rejects or throws", async () => {
    put = () => Promise.reject(new Error("away"));
    record.begin(1, "hours", "At nine.");
    put = () => {
      throw new Error("broken");
    };
    record.progress(1, { sentencesSent: 1 });
    await settle();
    assertEquals(errors.map(String).toSorted(), ["Error: away", "Error: broken"]);
    assertEquals(record.turns[0]?.sentencesSent, 1);
  });
});
