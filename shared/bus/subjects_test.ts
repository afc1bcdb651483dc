import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { isSubject, patternsOverlap } from "./subject_rules.ts";
import {
  ALL_TELEMETRY,
  type CallChannel,
  callEventSubject,
  callSubject,
  heartbeatSubject,
  isSubjectId,
  offerQueue,
  offerSubject,
  parseCallSubject,
  promptChangedSubject,
  promptDeadSubject,
  telemetrySubject,
  txSubjects,
} from "./subjects.ts";

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const CHANNELS: CallChannel[] = [
  "rx.audio",
  "rx.event",
  "ack",
  "speech",
  "tx.audio",
  "tx.control",
  "credit",
];
const NOT_IDS = ["", "a.b", "*", ">", "a b", "קו", "a\n", "\na", "a/b", "a".repeat(65), "a*"];

describe("parseCallSubject()", () => {
  it("gives back the call and channel that callSubject() was given", () => {
    fc.assert(fc.property(id, fc.constantFrom(...CHANNELS), (call, channel) => {
      const subject = callSubject(call, channel);
      assert(isSubject(subject));
      assertEquals(parseCallSubject(subject), { call, channel });
    }));
  });

  it("knows no other subject", () => {
    const others = [
      "",
      "kav.call.CA1",
      "kav.call.CA1.tx",
      "kav.call.CA1.tx.other",
      "kav.call..ack",
      "kav.call.CA 1.ack",
      "kav.call.CA1.ack\n",
      "xkav.call.CA1.ack",
      "kav.call.CA1.ack.more",
      txSubjects("CA1"),
      telemetrySubject("tx", "CA1"),
    ];
    for (const subject of others) assertEquals(parseCallSubject(subject), undefined, subject);
  });
});

describe("the subject builders", () => {
  it("build the subjects of design section 6", () => {
    assertEquals([offerSubject("stt"), offerSubject("dialog")], [
      "kav.offer.stt",
      "kav.offer.dialog",
    ]);
    assertEquals(callSubject("CA1", "rx.audio"), "kav.call.CA1.rx.audio");
    assertEquals(txSubjects("CA1"), "kav.call.CA1.tx.*");
    assertEquals(heartbeatSubject("stt-service", "i-1"), "kav.worker.stt-service.i-1.heartbeat");
    assertEquals(telemetrySubject("latency", "CA1"), "kav.telemetry.latency.CA1");
    assertEquals(promptChangedSubject("demo"), "kav.prompt.changed.demo");
    assertEquals(promptDeadSubject("demo"), "kav.prompt.dead.demo");
    assertEquals(callEventSubject("ended"), "kav.event.call.ended");
    assertEquals([offerQueue("stt"), offerQueue("dialog")], ["kav-stt", "kav-dialog"]);
  });

  it("put both directions of tx, and nothing else of a call, under txSubjects()", () => {
    const matched = CHANNELS.filter((channel) =>
      patternsOverlap(txSubjects("CA1"), callSubject("CA1", channel))
    );
    assertEquals(matched, ["tx.audio", "tx.control"]);
    assertFalse(patternsOverlap(txSubjects("CA1"), callSubject("CA2", "tx.audio")));
    assert(patternsOverlap(ALL_TELEMETRY, telemetrySubject("call", "CA1")));
  });

  it("refuse every id that could break out of its place", () => {
    for (const bad of NOT_IDS) {
      assertFalse(isSubjectId(bad));
      for (
        const build of [
          () => callSubject(bad, "ack"),
          () => txSubjects(bad),
          () => heartbeatSubject(bad, "i"),
          () => heartbeatSubject("s", bad),
          () => telemetrySubject("tx", bad),
          () => promptChangedSubject(bad),
          () => promptDeadSubject(bad),
        ]
      ) assertThrows(build, TypeError, "Cannot build a subject");
    }
  });
});
