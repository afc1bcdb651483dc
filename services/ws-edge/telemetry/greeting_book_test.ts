import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { UtteranceBegin } from "../tx/paced_sender.ts";
import { GreetingBook } from "./greeting_book.ts";

const begin = (
  utterance: number,
  greeting_source?: UtteranceBegin["greeting_source"],
): UtteranceBegin => ({
  kind: "utterance_begin",
  epoch: 0,
  control_seq: 1,
  after_seq: -1,
  utterance,
  role: greeting_source ? "greeting" : "reply",
  turn: 0,
  interruptible: true,
  ...(greeting_source && { greeting_source }),
});

describe("GreetingBook", () => {
  let book: GreetingBook;
  beforeEach(() => void (book = new GreetingBook(1_000)));

  it("reports from `start` to the first frame, and the source, when that frame leaves", () => {
    assertEquals(book.began(begin(1, "redis")), undefined);
    assertEquals(book.firstFrameSent(1, 1_023), { ms: 23, source: "redis" });
  });

  it("reports the first frame's time when the begin comes after it, and later frames pass for a first one", () => {
    assertEquals(book.firstFrameSent(1, 1_023), undefined);
    assertEquals(book.firstFrameSent(1, 1_043), undefined);
    assertEquals(book.began(begin(1, "memory")), { ms: 23, source: "memory" });
  });

  it("reports once", () => {
    book.began(begin(1, "memory"));
    book.firstFrameSent(1, 1_023);
    assertEquals(book.firstFrameSent(1, 1_200), undefined);
    assertEquals(book.began(begin(1, "memory")), undefined);
    book.began(begin(2, "emergency"));
    assertEquals(book.firstFrameSent(2, 5_000), undefined);
  });

  it("reports no utterance whose begin names no source: a reply, the rest that a successor says", () => {
    book.began(begin(1));
    assertEquals(book.firstFrameSent(1, 1_023), undefined);
    book.began(begin(2, "emergency"));
    assertEquals(book.firstFrameSent(2, 4_000), { ms: 3_000, source: "emergency" });
  });

  it("forgets what is long past", () => {
    for (let utterance = 1; utterance <= 17; utterance++) {
      book.firstFrameSent(utterance, 1_000 + utterance);
    }
    assertEquals(book.began(begin(1, "memory")), undefined);
    assertEquals(book.began(begin(2, "memory")), { ms: 2, source: "memory" });
  });
});
