import {
  flag,
  type GetEnv,
  int,
  readSettings,
  secret,
  type SettingsOf,
  text,
  url,
} from "shared/runtime/env.ts";

/** What the dialog service reads from its environment. How far it may send ahead comes with each call. */
export const dialogSettings = {
  replyRefractoryMs: int({
    name: "REPLY_REFRACTORY_MS",
    meaning: "Two replies never start within this time",
    unit: "ms",
    default: 1_100,
    min: 0,
    max: 5_000,
  }),
  idlePromptMs: int({
    name: "IDLE_PROMPT_MS",
    meaning: "A caller silent for so long is asked, asked again, then told goodbye; 0: never",
    unit: "ms",
    default: 7_000,
    min: 0,
    max: 120_000,
  }),
  dialogCapacity: int({
    name: "DIALOG_CAPACITY",
    meaning: "Calls this instance talks to at once; with more it takes no further offer",
    unit: "calls",
    default: 200,
    min: 1,
    max: 800,
    why: "a heartbeat names all calls in one message",
  }),
  llmBaseUrl: url({
    name: "LLM_BASE_URL",
    meaning: "Language model of OpenAI's protocol; unset: OpenAI's, if there is a key",
    protocols: ["https", "http"],
  }),
  llmApiKey: secret({
    name: "LLM_API_KEY",
    meaning: "Key of the language model; unset with no LLM_BASE_URL: the scripted dialog alone",
  }),
  llmModel: text({
    name: "LLM_MODEL",
    meaning: "The language model's name, as gpt-4.1-mini, gemini-2.5-flash, llama3.1",
    default: "",
  }),
  llmFirstTokenMs: int({
    name: "LLM_FIRST_TOKEN_MS",
    meaning:
      "Without a first token a filler is played; after twice that the scripted dialog answers",
    unit: "ms",
    default: 1_500,
    min: 200,
    max: 10_000,
  }),
  llmHistoryTokens: int({
    name: "LLM_HISTORY_TOKENS",
    meaning: "Of the talk so far, what the language model is told; the oldest turns go first",
    unit: "tokens",
    default: 3_000,
    min: 200,
    max: 100_000,
  }),
  toolsPrivateAddresses: flag({
    name: "TOOLS_PRIVATE_ADDRESSES",
    meaning: "Businesses' tools may be at private and loopback addresses",
    default: false,
  }),
};

export type DialogSettings = SettingsOf<typeof dialogSettings>;

type ModelSettings = Pick<DialogSettings, "llmBaseUrl" | "llmApiKey" | "llmModel">;

/** The language model that is set, if any is. */
export function languageModelOf(
  { llmBaseUrl: baseUrl, llmApiKey: apiKey, llmModel: model }: ModelSettings,
): { readonly baseUrl?: string; readonly apiKey?: string; readonly model: string } | undefined {
  if (baseUrl === undefined && apiKey === undefined) return undefined;
  return { model, ...(baseUrl && { baseUrl }), ...(apiKey && { apiKey }) };
}

/** What no single setting of the language model shows. */
export function languageModelProblems(get: GetEnv): readonly string[] {
  const { llmBaseUrl, llmApiKey, llmModel } = dialogSettings;
  const read = readSettings({ llmBaseUrl, llmApiKey, llmModel }, get);
  if (!read.ok) return [];
  const isSet = languageModelOf(read.values) !== undefined;
  if (isSet && read.values.llmModel === "") {
    return ["LLM_MODEL: with LLM_API_KEY or LLM_BASE_URL it names the model, received nothing"];
  }
  return [];
}
