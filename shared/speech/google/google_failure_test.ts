import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { FailureKind } from "shared/speech/engine_failure.ts";
import { googleFailure, ownFailure, SPEECH_TO_TEXT, TEXT_TO_SPEECH } from "./google_failure.ts";

const told = (error: unknown) => googleFailure(SPEECH_TO_TEXT, error);

describe("googleFailure()", () => {
  const CODES: readonly (readonly [number, string, FailureKind, RegExp])[] = [
    [1, "CANCELLED", "broken", /status\.cloud\.google\.com/],
    [2, "UNKNOWN", "broken", /status\.cloud\.google\.com/],
    [3, "INVALID_ARGUMENT", "refused", /GCP_STT_MODEL/],
    [4, "DEADLINE_EXCEEDED", "timeout", /speech\.googleapis\.com/],
    [5, "NOT_FOUND", "refused", /GCP_STT_REGION/],
    [7, "PERMISSION_DENIED", "credentials", /iam-admin\/iam/],
    [8, "RESOURCE_EXHAUSTED", "quota", /speech\.googleapis\.com\/quotas/],
    [9, "FAILED_PRECONDITION", "refused", /language/],
    [10, "ABORTED", "broken", /lasts/],
    [11, "OUT_OF_RANGE", "broken", /lasts/],
    [12, "UNIMPLEMENTED", "refused", /language/],
    [13, "INTERNAL", "broken", /lasts/],
    [14, "UNAVAILABLE", "unreachable", /firewall/],
    [15, "DATA_LOSS", "broken", /lasts/],
    [16, "UNAUTHENTICATED", "credentials", /GOOGLE_APPLICATION_CREDENTIALS/],
  ];
  for (const [code, name, kind, advice] of CODES) {
    it(`takes ${code} for ${kind}, names it ${name}, and says what to do`, () => {
      const failure = told({ code, details: "What it said.", message: `${code} ${name}: x` });
      assertEquals([failure.kind, failure.code], [kind, `${name} (${code})`]);
      assertMatch(failure.advice, advice);
      assert(failure.message.startsWith(`google-stt: ${name} (${code}): What it said. `));
    });
  }

  it("tells of the other service by its own names", () => {
    const failure = googleFailure(TEXT_TO_SPEECH, {
      code: 3,
      details: "Voice 'x' does not exist. Is it misspelled?",
    });
    assertEquals([failure.engine, failure.kind], ["google-tts", "refused"]);
    assertMatch(failure.advice, /voice/);
  });

  const TEXTS: readonly (readonly [unknown, FailureKind, RegExp])[] = [
    [new Error("Could not load the default credentials."), "credentials", /Workload Identity/],
    [{ code: 2, details: "Cannot get a token: no answer within 1000 ms" }, "credentials", /pod/],
    [{ code: 400, message: "invalid_grant: Invalid JWT Signature." }, "credentials", /clock/],
    [new Error("error:1E08010C:DECODER routines::unsupported"), "credentials", /new key/],
    [{ code: 2, details: "Cannot get a token: PEM routines" }, "credentials", /new key/],
    [{ code: 7, details: "This API method requires billing" }, "credentials", /billing/],
    [
      { code: 7, details: "Cloud Speech-to-Text API has not been used in project 1 before" },
      "credentials",
      /apis\/library\/speech\.googleapis\.com/,
    ],
    [{ code: 14, details: "Last error: unknown certificate" }, "unreachable", /opens TLS/],
    [
      { code: 13, details: "triggered by internal client error: write EPIPE" },
      "unreachable",
      /net/,
    ],
    ["The client has already been closed.", "broken", /lasts/],
    [undefined, "broken", /lasts/],
  ];
  for (const [error, kind, advice] of TEXTS) {
    it(`takes ${JSON.stringify(error instanceof Error ? error.message : error)} for ${kind}`, () => {
      const failure = told(error);
      assertEquals(failure.kind, kind);
      assertMatch(failure.advice, advice);
    });
  }

  it("is not misled by words in what was refused", () => {
    assertEquals(told({ code: 3, details: "bad language code 'billing'" }).kind, "refused");
  });

  it("keeps the message to one line of bounded length", () => {
    const { message } = told({ code: 13, details: `a\n  b ${"x".repeat(5_000)}` });
    assert(message.startsWith("google-stt: INTERNAL (13): a b x"));
    assert(message.length < 700, message);
  });

  it("leaves a failure as it is", () => {
    const failure = ownFailure(SPEECH_TO_TEXT, "DEADLINE_EXCEEDED", "late");
    assertEquals([failure.kind, failure.code], ["timeout", "DEADLINE_EXCEEDED (4)"]);
    assertStrictEquals(told(failure), failure);
  });
});
