import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { ScriptedDecoder, usualReply } from "shared/testing/scripted_decoder.ts";
import type { DecoderClient, PhraseSet } from "./decoder_client.ts";
import { type Applicant, DecoderPool } from "./decoder_pool.ts";
import type { DecoderReply } from "./decoder_protocol.ts";
import { EN_US } from "./library.ts";

class TestApplicant implements Applicant {
  readonly grammar: PhraseSet;
  readonly replies: DecoderReply[] = [];
  readonly lost: string[] = [];
  decoder: DecoderClient | undefined;

  constructor(phrase = "yes") {
    this.grammar = { key: phrase, phrases: [phrase] };
  }

  onGranted(decoder: DecoderClient): void {
    this.decoder = decoder;
  }

  onReply(reply: DecoderReply): void {
    this.replies.push(reply);
  }

  onLost(error: Error): void {
    this.lost.push(error.message);
  }
}

describe("DecoderPool", () => {
  let clock: FakeClock;
  let ports: ScriptedDecoder[];
  let replaced: string[];
  let pool: DecoderPool;
  let makePort: () => ScriptedDecoder;

  function makePool(size: number): DecoderPool {
    return new DecoderPool({
      clock,
      model: EN_US,
      size,
      spawn() {
        const port = makePort();
        ports.push(port);
        return port;
      },
      onReplaced: (cause) => replaced.push(cause.message),
    });
  }

  beforeEach(() => {
    clock = new FakeClock();
    ports = [];
    replaced = [];
    makePort = () => new ScriptedDecoder();
    pool = makePool(2);
  });

  it("opens all decoders", async () => {
    await pool.open();
    assertEquals(ports.map((port) => port.requests), [
      [{ do: "open", model: EN_US }],
      [{ do: "open", model: EN_US }],
    ]);
  });

  it("does not open when a decoder does not", async () => {
    makePort = () => {
      const port = new ScriptedDecoder();
      port.answer = () => ({ did: "fail", reason: "no model" });
      return port;
    };
    await assertRejects(() => pool.open(), Error, "no model");
    await pool.close();
    assertEquals([replaced.length, clock.sleeping], [0, 0]);
  });

  it("lends what is free at once, then in the order of asking", async () => {
    await pool.open();
    const [first, second, third, fourth] = Array.from({ length: 4 }, () => new TestApplicant());
    const lent = pool.request(first!)!;
    assert(lent && pool.request(second!));
    assertEquals([pool.request(third!), pool.request(fourth!)], [undefined, undefined]);
    pool.release(lent);
    assertEquals(third!.decoder, undefined);
    await settle();
    assertStrictEquals(third!.decoder, lent);
    assertEquals(fourth!.decoder, undefined);
  });

  it("does not let a newcomer pass those who wait", async () => {
    pool = makePool(1);
    await pool.open();
    const waiting = new TestApplicant();
    const lent = pool.request(new TestApplicant())!;
    pool.request(waiting);
    pool.release(lent);
    assertEquals(pool.request(new TestApplicant()), undefined);
    await settle();
    assertStrictEquals(waiting.decoder, lent);
  });

  it("forgets who has left the line", async () => {
    pool = makePool(1);
    await pool.open();
    const [gone, waiting] = [new TestApplicant(), new TestApplicant()];
    const lent = pool.request(new TestApplicant())!;
    pool.request(gone);
    pool.request(waiting);
    pool.withdraw(gone);
    pool.release(lent);
    await settle();
    assertEquals(gone.decoder, undefined);
    assertStrictEquals(waiting.decoder, lent);
  });

  it("prefers the decoder that has the grammar", async () => {
    await pool.open();
    const [a, b] = [new TestApplicant("a"), new TestApplicant("b")];
    const lent = [pool.request(a)!, pool.request(b)!];
    lent[0]!.begin(a.grammar);
    lent[1]!.begin(b.grammar);
    for (const decoder of lent) pool.release(decoder);
    assertStrictEquals(pool.request(new TestApplicant("b")), lent[1]);
    assertStrictEquals(pool.request(new TestApplicant("c")), lent[0]);
  });

  it("tells replies to whom asked, not to who has the decoder by then", async () => {
    pool = makePool(1);
    await pool.open();
    const [first, second] = [new TestApplicant(), new TestApplicant()];
    const decoder = pool.request(first)!;
    decoder.begin(first.grammar);
    decoder.abandon();
    pool.release(decoder);
    pool.request(second);
    decoder.begin(second.grammar);
    await settle();
    assertEquals(first.replies, []);
    assertEquals(second.replies, [{ did: "begin", leftOut: [] }]);
  });

  for (
    const [what, fail] of [
      ["throws", (port: ScriptedDecoder) => port.crash("boom")],
      ["cannot go on", (port: ScriptedDecoder) => {
        port.answer = () => ({ did: "fail", reason: "boom" });
      }],
    ] as const
  ) {
    it(`replaces a decoder that ${what}, and tells its user`, async () => {
      pool = makePool(1);
      await pool.open();
      const [user, waiting] = [new TestApplicant(), new TestApplicant()];
      const decoder = pool.request(user)!;
      pool.request(waiting);
      fail(ports[0]!);
      decoder.begin(user.grammar);
      await settle();
      assertEquals([user.lost.length, replaced.length], [1, 1]);
      assert(user.lost[0]!.includes("boom"));
      assertEquals(ports[0]!.terminated, true);
      pool.release(decoder);
      await clock.advance(500);
      assertEquals(ports.length, 2);
      assert(waiting.decoder && waiting.decoder !== decoder);
    });
  }

  it("replaces a decoder that does not answer for 10 s", async () => {
    pool = makePool(1);
    await pool.open();
    const user = new TestApplicant();
    const decoder = pool.request(user)!;
    ports[0]!.hold();
    decoder.begin(user.grammar);
    await clock.advance(9_999);
    assertEquals(replaced.length, 0);
    await clock.advance(1);
    assertEquals(user.lost, ["Cannot decode: an answer within 10000 ms, received none"]);
    await clock.advance(500);
    assertEquals(ports.length, 2);
  });

  it("tries again every 500 ms until a replacement opens", async () => {
    pool = makePool(1);
    await pool.open();
    const refuse = () => ({ did: "fail", reason: "no memory" } as const);
    makePort = () => {
      const port = new ScriptedDecoder();
      port.answer = ports.length < 3 ? refuse : usualReply;
      return port;
    };
    ports[0]!.crash("boom");
    const waiting = new TestApplicant();
    pool.request(waiting);
    await clock.advance(1_500);
    assertEquals(replaced.map((cause) => cause.replace(/.*: /, "")), [
      "boom",
      "no memory",
      "no memory",
    ]);
    assert(waiting.decoder);
  });

  it("close() lets every decoder free its memory and leaves no timer", async () => {
    await pool.open();
    const user = new TestApplicant();
    pool.request(user)!.begin(user.grammar);
    await pool.close();
    assertEquals(ports.map((port) => [port.done.at(-1), port.terminated]), [
      ["close", true],
      ["close", true],
    ]);
    assertEquals([user.lost, clock.sleeping], [[], 0]);
  });

  it("close() does not wait for a decoder that hangs, nor for a replacement", async () => {
    await pool.open();
    ports[0]!.hold();
    ports[1]!.crash("boom");
    const closing = pool.close();
    await clock.advance(1_000);
    await closing;
    assertEquals(ports.map((port) => port.terminated), [true, true]);
    assertEquals(clock.sleeping, 0);
  });
});
