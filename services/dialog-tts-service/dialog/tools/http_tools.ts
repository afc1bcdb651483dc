import { type Clock, ENDED } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { BusinessTool } from "shared/store/business.ts";
import type { ToolAnswer } from "../dialog.ts";
import { type ResolveName, toolAddresses } from "./tool_addresses.ts";
import { toolArguments } from "./tool_arguments.ts";
import { toolRequest, type ToolUser } from "./tool_request.ts";
import type { PostedAnswer, PostToTool } from "./tool_poster.ts";

export interface HttpToolsOptions {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly unixNow: () => number;
  /** Whether tools may be at private and loopback addresses. */
  readonly allowPrivate: boolean;
  readonly resolve: ResolveName;
  readonly post: PostToTool;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface ToolContext extends ToolUser {
  /** What the caller has entered, by name: `entry_1`. */
  readonly entries: ReadonlyMap<string, string>;
}

const MAX_OF_CALL = 4;
const MAX_OF_PROCESS = 200;
const MAX_ANSWER_BYTES = 64 * 1024;

/** The tools of businesses, over HTTP. */
export class HttpTools {
  readonly #options: HttpToolsOptions;
  readonly #uses;
  /** Requests under way, by call. */
  readonly #underWay = new Map<string, number>();
  #allUnderWay = 0;

  constructor(options: HttpToolsOptions) {
    this.#options = options;
    this.#uses = options.metrics.counter(
      "kav_tool_uses_total",
      "Tools of businesses used, by outcome",
      ["outcome"],
    );
  }

  /**
   * Uses a tool once. Never rejects.
   *
   * - Sends nothing when the arguments do not fit, the address is private, or too much is under way: `refused`.
   * - Ends with `signal` as `abandoned`, and at the tool's own limit as `timeout`; its connection is closed then.
   */
  async use(
    tool: BusinessTool,
    args: unknown,
    context: ToolContext,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    const answer = await this.#bounded(tool, args, context, signal);
    this.#uses.inc({ outcome: answer.outcome });
    // What is wrong with arguments is for whoever gave them, and may name what the caller said.
    if (answer.outcome === "failed" || answer.outcome === "timeout" || answer === PRIVATE) {
      this.#warn(tool, context, answer.problem);
    }
    return answer;
  }

  #warn({ name }: BusinessTool, { businessId, call }: ToolContext, problem: string): void {
    const fields = { call, business: businessId, tool: name, problem };
    this.#options.log.warnLimited(`tool ${businessId} ${name}`, "business tool failed", fields);
  }

  async #bounded(
    tool: BusinessTool,
    args: unknown,
    context: ToolContext,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    if (signal.aborted) return ABANDONED;
    const { call } = context;
    const ofCall = this.#underWay.get(call) ?? 0;
    if (ofCall >= MAX_OF_CALL || this.#allUnderWay >= MAX_OF_PROCESS) {
      return not("refused", "Cannot use the tool: too many are in use, try again");
    }
    this.#underWay.set(call, ofCall + 1);
    this.#allUnderWay++;
    try {
      return await this.#inTime(tool, args, context, signal);
    } finally {
      this.#allUnderWay--;
      const left = this.#underWay.get(call)! - 1;
      if (left > 0) this.#underWay.set(call, left);
      else this.#underWay.delete(call);
    }
  }

  async #inTime(
    tool: BusinessTool,
    args: unknown,
    context: ToolContext,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    const end = new AbortController();
    signal.addEventListener("abort", () => end.abort(ENDED), { signal: end.signal });
    const abandoned = new Promise<ToolAnswer>((resolve) => {
      end.signal.addEventListener("abort", () => resolve(ABANDONED), { once: true });
    });
    const work = () => Promise.race([abandoned, this.#exchange(tool, args, context, end.signal)]);
    const result = await within(this.#options.clock, tool.timeout_ms, work);
    end.abort(ENDED);
    if (result.ok) return result.value;
    return result.reason === "timeout"
      ? not("timeout", `The tool has not answered within ${tool.timeout_ms} ms`)
      : not("failed", "The tool could not be used");
  }

  async #exchange(
    tool: BusinessTool,
    args: unknown,
    context: ToolContext,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    const { resolve, post, allowPrivate, unixNow } = this.#options;
    const checked = toolArguments(tool, args, context.entries);
    if (!checked.ok) return not("refused", checked.problem);
    const url = new URL(tool.url);
    const found = await toolAddresses(url, resolve, allowPrivate);
    if (signal.aborted) return ABANDONED;
    if (!found.ok) return found.reason === "private" ? PRIVATE : UNKNOWN_NAME;
    const { addresses } = found;
    const request = toolRequest(tool, checked.value, context, Math.floor(unixNow() / 1_000));
    try {
      const posted = { ...request, url, addresses, maxAnswerBytes: MAX_ANSWER_BYTES };
      return answerOf(await post(posted, signal));
    } catch (error) {
      return not("failed", `The tool cannot be reached: ${codeOf(error)}`);
    }
  }
}

const ABANDONED = not("abandoned", "The tool's answer was not waited for");
const PRIVATE = not("refused", "Cannot use the tool: its address is private");
const UNKNOWN_NAME = not("failed", "The tool cannot be reached: its name has no address");

function answerOf({ status, body }: PostedAnswer): ToolAnswer {
  if (status < 200 || status > 299) return not("failed", `The tool answered with status ${status}`);
  if (body === "too large") {
    return not("failed", `The tool answered with more than ${MAX_ANSWER_BYTES / 1024} KiB`);
  }
  if (status === 204) return { outcome: "ok", value: null };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    return { outcome: "ok", value: JSON.parse(text) };
  } catch {
    return not("failed", "The tool answered with something that is not JSON in UTF-8");
  }
}

/** Of a failed connection: its text may hold addresses. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : "no connection";
}

type NoAnswer = Exclude<ToolAnswer, { readonly outcome: "ok" }>;

function not(outcome: NoAnswer["outcome"], problem: string): NoAnswer {
  return { outcome, problem };
}
