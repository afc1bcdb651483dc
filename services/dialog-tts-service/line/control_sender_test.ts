import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { BusMessage } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { type ControlReply, txControl, type TxRequest } from "shared/bus/messages.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { type ControlOutcome, ControlSender } from "./control_sender.ts";

const SUBJECT = "kav.call.CA1.tx.control";

describe("ControlSender.request()", () => {
  let clock: FakeClock;
  let bus: LossyBus;
  let sender: ControlSender;
  let received: { atMs: number; request: TxRequest }[];
  let outcomes: ControlOutcome[];
  let problems: string[];
  let reply: (request: TxRequest, message: BusMessage) => void;

  const answer = (value: ControlReply) => encodeJson(value);
  const ok = (request: TxRequest, message: BusMessage) => {
    message.respond(answer({ ok: true, control_seq: request.control_seq }));
  };
  const clear = (through: number) => sender.request({ kind: "clear", through, after_seq: 7 });
  const seqs = () => received.map(({ request }) => request.control_seq);

  beforeEach(() => {
    clock = new FakeClock();
    bus = new LossyBus(new MemoryBus({ clock }), clock);
    received = [];
    outcomes = [];
    problems = [];
    reply = ok;
    bus.subscribe(SUBJECT, (message) => {
      const decoded = decodeJson(txControl, message.data);
      if (!decoded.ok || decoded.value.kind === "sync") throw new Error("not a request");
      received.push({ atMs: clock.now(), request: decoded.value });
      reply(decoded.value, message);
    });
    sender = new ControlSender({
      bus,
      clock,
      call: "CA1",
      epoch: 5,
      onReply: (outcome) => outcomes.push(outcome),
      onBadReply: (problem) => problems.push(problem),
    });
  });

  it("numbers requests from 1 and ends with the reply", async () => {
    assertEquals(await clear(1), "applied");
    assertEquals(await clear(2), "applied");
    assertEquals(received.map(({ request }) => request), [
      { kind: "clear", through: 1, after_seq: 7, epoch: 5, control_seq: 1 },
      { kind: "clear", through: 2, after_seq: 7, epoch: 5, control_seq: 2 },
    ]);
    assertEquals(outcomes, ["applied", "applied"]);
  });

  it("repeats every 200 ms until the edge has replied", async () => {
    let lost = 3;
    bus.drop = () => lost-- > 0;
    const outcome = clear(1);
    await clock.advance(650);
    assertEquals(await outcome, "applied");
    assertEquals(received.map(({ atMs }) => atMs), [600]);
    await clock.advance(2_000);
    assertEquals(seqs(), [1]);
    assertEquals(clock.sleeping, 0);
  });

  it("repeats when the reply is lost", async () => {
    bus.dropReply = () => clock.now() < 300;
    const outcome = clear(1);
    await clock.advance(450);
    assertEquals(await outcome, "applied");
    assertEquals(received.map(({ atMs }) => atMs), [0, 200, 400]);
  });

  it("sends later requests while an earlier one waits", async () => {
    bus.drop = (_, data) => clock.now() < 100 && new TextDecoder().decode(data).includes('q":1');
    const outcomes = Promise.all([clear(1), clear(2), clear(3)]);
    await clock.advance(250);
    assertEquals(await outcomes, ["applied", "applied", "applied"]);
    assertEquals(seqs(), [2, 3, 1]);
  });

  it("repeats every 200 ms also where nobody listens or the bus is away", async () => {
    bus.setConnected(false);
    const outcome = clear(1);
    await clock.advance(500);
    bus.setConnected(true);
    await clock.advance(150);
    assertEquals(await outcome, "applied");
    assertEquals(received.map(({ atMs }) => atMs), [600]);
  });

  it("tells when the edge refuses", async () => {
    for (const reason of ["stale_epoch", "ended"] as const) {
      reply = ({ control_seq }, message) =>
        message.respond(answer({ ok: false, control_seq, reason }));
      assertEquals(await clear(1), reason);
    }
  });

  it("takes a reply it cannot read for none", async () => {
    reply = (request, message) => {
      if (clock.now() < 100) message.respond(new Uint8Array([1]));
      else if (clock.now() < 300) message.respond(answer({ ok: true, control_seq: 99 }));
      else ok(request, message);
    };
    const outcome = clear(1);
    await clock.advance(450);
    assertEquals(await outcome, "applied");
    assertEquals(problems, ["not JSON", "control_seq: of another request"]);
    assertEquals(outcomes, ["applied"]);
  });

  it("stops with the call", async () => {
    bus.drop = () => true;
    const outcome = clear(1);
    await clock.advance(500);
    sender.stop();
    await clock.advance(200);
    assertEquals(await outcome, "stopped");
    assertEquals(await clear(2), "stopped");
    assertEquals([clock.sleeping, outcomes.length], [0, 0]);
  });
});
