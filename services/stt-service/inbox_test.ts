import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { Inbox } from "./inbox.ts";

const payload = new Uint8Array(160);

describe("Inbox.push()", () => {
  let dropped: number;
  let lost: number;
  let inbox: Inbox;

  beforeEach(() => {
    dropped = lost = 0;
    inbox = new Inbox({ dropped: () => dropped++, lost: (frames) => lost += frames });
  });

  const push = (...seqs: number[]) =>
    seqs.forEach((seq) => inbox.push({ seq, streamMs: seq * 20, loudness: 0, payload }));
  const rest = () => Array.from({ length: inbox.length }, () => inbox.shift()!.seq);

  it("holds 200 frames and drops the oldest of more", () => {
    push(...Array.from({ length: 203 }, (_, seq) => seq));
    assertEquals([inbox.length, dropped, lost], [200, 3, 0]);
    assertEquals(rest(), Array.from({ length: 200 }, (_, i) => i + 3));
  });

  it("counts what is missing between frames, not before the first", () => {
    push(7, 8, 12);
    assertEquals([rest(), lost], [[7, 8, 12], 3]);
  });

  it("takes no frame twice and none late", () => {
    push(1, 2, 2, 1, 3);
    assertEquals([rest(), lost], [[1, 2, 3], 0]);
  });
});
