/** Why a language model gave no answer, or not all of it. */
export type LlmFailureReason =
  /** Nobody answers at its address. */
  | "unreachable"
  /** 401, 403. */
  | "credentials"
  /** 404: the model or the path. */
  | "unknown_model"
  /** 429. */
  | "quota"
  /** Another 4xx, or its filter. */
  | "refused"
  /** 5xx, or an error in the middle of its answer. */
  | "server"
  /** What came is not the protocol. */
  | "garbage"
  /** Neither text nor a tool. */
  | "empty"
  /** The answer broke off. */
  | "cut_off"
  | "timeout"
  /** Our own fault. */
  | "broken";

const ADVICE: Readonly<Record<LlmFailureReason, string>> = {
  unreachable: "Look whether LLM_BASE_URL can be reached from here",
  credentials: "Look whether LLM_API_KEY is right, and may use LLM_MODEL",
  unknown_model: "Look whether LLM_MODEL is a model of this endpoint, and LLM_BASE_URL ends as /v1",
  quota: "Look at the quota and the bill of this key",
  refused: "Look whether LLM_MODEL streams, and takes tools",
  server: "Look at the status page or the log of the endpoint",
  garbage: "Look whether LLM_BASE_URL is an endpoint of OpenAI's protocol",
  empty: "Look whether LLM_MODEL is a model for chats",
  cut_off: "Look at the log of the endpoint, and of proxies before it",
  timeout: "Take a faster LLM_MODEL, or a longer LLM_FIRST_TOKEN_MS",
  broken: "Tell the developers",
};

/** What the endpoint itself says is not in it: that may hold callers' words. */
export class LlmFailure extends Error {
  override readonly name = "LlmFailure";
  readonly reason: LlmFailureReason;
  readonly advice: string;

  /** @param code as 401, 429 insufficient_quota, ECONNREFUSED. */
  constructor(reason: LlmFailureReason, code?: string, options?: ErrorOptions) {
    super(code === undefined ? reason : `${reason} (${code})`, options);
    this.reason = reason;
    this.advice = ADVICE[reason];
  }
}
