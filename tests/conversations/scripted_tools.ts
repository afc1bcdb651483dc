import type { Clock } from "shared/clock/clock.ts";
import type {
  PostedAnswer,
  PostedRequest,
} from "services/dialog-tts-service/dialog/tools/tool_poster.ts";
import type { ToolScript } from "./conversation_file.ts";

/** The tools of a business, as a conversation file has them: each answers always the same. */
export class ScriptedTools {
  /** What was posted, by the path's last part. */
  readonly posted: { readonly tool: string; readonly body: string }[] = [];
  readonly #clock: Clock;
  readonly #scripts: Readonly<Record<string, ToolScript>>;
  #open = 0;

  constructor(clock: Clock, scripts: Readonly<Record<string, ToolScript>>) {
    this.#clock = clock;
    this.#scripts = scripts;
  }

  /** Requests that are not over. */
  get open(): number {
    return this.#open;
  }

  async post({ url, body }: PostedRequest, signal: AbortSignal): Promise<PostedAnswer> {
    const tool = url.pathname.slice(1);
    this.posted.push({ tool, body });
    const script = this.#scripts[tool];
    if (!script) throw new Error("nobody listens");
    this.#open++;
    const clock = this.#clock;
    await clock.sleepUntil(script.hangs ? Infinity : clock.now() + script.after, signal);
    this.#open--;
    if (signal.aborted) throw signal.reason;
    return { status: script.status, body: new TextEncoder().encode(JSON.stringify(script.answer)) };
  }
}
