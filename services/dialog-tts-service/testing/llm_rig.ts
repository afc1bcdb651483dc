import { Metrics } from "shared/runtime/metrics.ts";
import type { Business } from "shared/store/business.ts";
import type { ConversationTurn } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import type { Answer } from "shared/testing/openai_server/answers.ts";
import { OpenAiServer } from "shared/testing/openai_server/openai_server.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import type { CallDesk, Dialog, DialogInput, DialogReply, ToolAnswer } from "../dialog/dialog.ts";
import { ReplyText } from "../dialog/reply_text.ts";
import { LanguageModel } from "../dialog/llm/language_model.ts";
import { LlmDialog } from "../dialog/llm/llm_dialog.ts";
import { llmMetrics } from "../dialog/llm/llm_metrics.ts";

export const FILLER = { text: "One moment.", audio: new Uint8Array(160) };
/** What the scripted dialog says here, in two pieces. */
export const SCRIPTED = ["This is the script.", "It goes on."];
export const FIRST_TOKEN_MS = 1_500;

interface UsedTool {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** A call's dialog with a scripted model, on a fake clock and without a network. */
export class LlmRig {
  readonly clock = new FakeClock();
  readonly server = new OpenAiServer({ clock: this.clock });
  readonly metrics = new Metrics();
  readonly warnings: string[] = [];
  readonly notes: string[] = [];
  readonly used: UsedTool[] = [];
  readonly scriptedInputs: DialogInput[] = [];
  /** What was said so far. */
  turns: readonly ConversationTurn[] = [];
  /** What tools answer. */
  tool: (name: string) => Promise<ToolAnswer> = () =>
    Promise.resolve({ outcome: "ok", value: { say: "done" } });
  scripted: () => Promise<DialogReply> = () => {
    const text = ReplyText.whole(SCRIPTED, { do: "hangup" });
    return Promise.resolve({ text, interruptible: false, understood: false, question: "hours" });
  };
  readonly model: LanguageModel;
  readonly #dialog: LlmDialog;

  constructor(
    business: Business = SAMPLE_BUSINESS,
    fetch: typeof globalThis.fetch = this.server.fetch,
  ) {
    const metrics = llmMetrics(this.metrics);
    const warnLimited = (key: string, message: string) => this.warnings.push(`${key}: ${message}`);
    const { clock } = this;
    const baseUrl = "http://model.test/v1";
    const model = { baseUrl, apiKey: "key", model: "small", clock, metrics, fetch };
    this.model = new LanguageModel({ ...model, log: { warnLimited } });
    const scripted: Dialog = {
      reply: ({ input }) => {
        this.scriptedInputs.push(input);
        return this.scripted();
      },
    };
    this.#dialog = new LlmDialog({
      ...{ model: this.model, business, scripted, clock, metrics },
      ...{ filler: () => FILLER, firstTokenMs: FIRST_TOKEN_MS, historyTokens: 3_000 },
    });
  }

  /** What the caller gets for this, answered so. */
  async asked(input: DialogInput | string, ...answers: Answer[]): Promise<Asked> {
    this.server.next(...answers);
    const asked = new Asked();
    this.ask(input, asked);
    await this.settle();
    return asked;
  }

  ask(input: DialogInput | string, asked: Asked): void {
    const desk: CallDesk = {
      note: (text) => this.notes.push(text),
      useTool: (name, args, signal) => {
        this.used.push({ name, args, signal });
        return this.tool(name);
      },
    };
    const speech = typeof input === "string" ? { kind: "speech", text: input } as const : input;
    const request = { input: speech, turns: this.turns, desk };
    asked.take(this.#dialog.reply(request, asked.abort.signal));
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.settle();
  }

  /** Until all that goes through streams has gone through. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await settle();
  }

  /** The value of a metric, as Prometheus has it. */
  async metric(name: string): Promise<number> {
    const line = (await this.metrics.text()).split("\n").find((row) => row.startsWith(`${name} `));
    return Number(line?.split(" ").at(-1) ?? 0);
  }
}

/** A reply as it comes. */
export class Asked {
  readonly abort = new AbortController();
  reply: DialogReply | undefined;
  error: unknown;

  take(reply: Promise<DialogReply>): void {
    reply.then((came) => this.reply = came, (error) => this.error = error);
  }

  /** What is said so far; with its end: `["Hello.", "hangup"]`. */
  get said(): string[] {
    const { pieces = [], then } = this.reply?.text ?? {};
    return [...pieces.map(({ text }) => text), ...(then ? [then.do] : [])];
  }
}
