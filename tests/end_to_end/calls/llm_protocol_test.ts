import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { LanguageModel } from "services/dialog-tts-service/dialog/llm/language_model.ts";
import { llmMetrics } from "services/dialog-tts-service/dialog/llm/llm_metrics.ts";
import { LlmDialog } from "services/dialog-tts-service/dialog/llm/llm_dialog.ts";
import type { CallDesk, DialogReply } from "services/dialog-tts-service/dialog/dialog.ts";
import { ReplyText } from "services/dialog-tts-service/dialog/reply_text.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { streamed } from "shared/testing/openai_server/answers.ts";
import { OpenAiServer } from "shared/testing/openai_server/openai_server.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";

const CLOCK = new SystemClock();
const BUSINESS = sampleBusiness({
  tools: [{
    ...{ name: "find_order", description: "Finds an order", url: "https://tools.test/" },
    ...{ parameters: { type: "object", properties: {} }, timeout_ms: 5_000 },
  }],
});

/** The real package over real HTTP, on loopback. */
describe("LlmDialog over HTTP", () => {
  let server: OpenAiServer;
  let baseUrl: string;
  let abort: AbortController;
  beforeEach(() => {
    server = new OpenAiServer();
    baseUrl = server.listen();
    abort = new AbortController();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  function ask(options: { apiKey?: string; baseUrl?: string } = { apiKey: "key" }) {
    const metrics = llmMetrics(new Metrics());
    const log = { warnLimited: () => {} };
    const text = ReplyText.whole(["The script."]);
    const instead = { text, interruptible: true, understood: true, question: null };
    const desk: CallDesk = {
      note: () => {},
      useTool: () => Promise.resolve({ outcome: "ok", value: { state: "sent" } }),
    };
    const dialog = new LlmDialog({
      model: new LanguageModel({ baseUrl, model: "small", clock: CLOCK, log, metrics, ...options }),
      scripted: { reply: () => Promise.resolve(instead) },
      filler: () => ({ text: "One moment." }),
      ...{ business: BUSINESS, firstTokenMs: 10_000, historyTokens: 3_000, clock: CLOCK, metrics },
    });
    const input = { kind: "speech", text: "hello" } as const;
    return dialog.reply({ input, turns: [], desk }, abort.signal);
  }

  it("streams, uses a tool, and goes on with its result", async () => {
    server.next(
      [...streamed("Let me look."), { call: { name: "find_order", args: {} } }],
      streamed("It is sent. Bye!", 5),
    );
    assertEquals(await said(await ask()), ["Let me look.", "It is sent.", "Bye!"]);
    assertEquals(server.requests[1]!.messages.at(-1)!.content, '{"state":"sent"}');
    assertEquals(server.requests.map(({ isAuthorized }) => isAuthorized), [true, true]);
    assertEquals(await until(() => server.open === 0), true);
  });

  it("sends no key where there is none", async () => {
    server.next(streamed("Yes."));
    assertEquals(await said(await ask({})), ["Yes."]);
    assertEquals(server.requests[0]!.isAuthorized, false);
  });

  it("closes the connection when aborted: the server sees it", async () => {
    server.next([{ text: "We open at nine. And" }, { hang: true }]);
    const reply = await ask();
    assertEquals([server.open, server.aborted], [1, 0]);
    abort.abort();
    assertEquals(await until(() => server.open === 0 && server.aborted === 1), true);
    assertEquals(reply.text.isWhole, false);
  });

  it("answers as scripted at a bad key, and where nobody listens", async () => {
    server.next({ status: 401 });
    assertEquals(await said(await ask()), ["The script."]);
    const nobody = { baseUrl: "http://127.0.0.1:1/v1", apiKey: "key" };
    assertEquals(await said(await ask(nobody)), ["The script."]);
  });

  it("lets whole pieces stand when the answer breaks off", async () => {
    for (const cut of ["end", "break"] as const) {
      server.next([{ text: "We open at nine. And we" }, { cut, afterMs: 20 }]);
      assertEquals(await said(await ask()), ["We open at nine.", "Please say that again."]);
    }
  });
});

async function said({ text }: DialogReply): Promise<string[]> {
  const pieces: string[] = [];
  const never = new AbortController().signal;
  for (let number = 0;; number++) {
    const piece = await text.piece(number, never);
    if (!piece) return pieces;
    pieces.push(piece.text);
  }
}

async function until(condition: () => boolean): Promise<boolean> {
  const deadlineMs = CLOCK.now() + 5_000;
  while (!condition() && CLOCK.now() < deadlineMs) await CLOCK.sleepUntil(CLOCK.now() + 5);
  return condition();
}
