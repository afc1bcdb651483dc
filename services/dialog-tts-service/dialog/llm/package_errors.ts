/** PURE. What the errors of the `openai` package mean. */
import { LlmFailure, type LlmFailureReason } from "./llm_failure.ts";

/** @param isFirst nothing of the answer had come yet. */
export function failureOf(error: unknown, isFirst: boolean): LlmFailure {
  const options = { cause: error };
  if (error instanceof SyntaxError) return new LlmFailure("garbage", undefined, options);
  const { status, code, constructor } = error as Partial<ApiError> & { constructor?: unknown };
  const name = typeof constructor === "function" ? constructor.name : "";
  if (typeof status === "number") {
    const words = typeof code === "string" && /^[\w.-]{1,40}$/.test(code) ? ` ${code}` : "";
    return new LlmFailure(reasonOf(status), `${status}${words}`, options);
  }
  if (name === "APIError") return new LlmFailure("server", undefined, options);
  return new LlmFailure(isFirst ? "unreachable" : "cut_off", undefined, options);
}

interface ApiError {
  readonly status: unknown;
  readonly code: unknown;
}

function reasonOf(status: number): LlmFailureReason {
  if (status === 401 || status === 403) return "credentials";
  if (status === 404) return "unknown_model";
  if (status === 429) return "quota";
  return status >= 500 ? "server" : "refused";
}
