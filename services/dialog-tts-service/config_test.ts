import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readSettings } from "shared/runtime/env.ts";
import { dialogSettings, languageModelOf, languageModelProblems } from "./config.ts";

const KEY = "sk-0123456789";

describe("dialogSettings", () => {
  const read = (env: Record<string, string>) => readSettings(dialogSettings, (name) => env[name]);

  it("has the defaults of the design", () => {
    assertEquals(read({}), {
      ok: true,
      values: {
        replyRefractoryMs: 1_100,
        idlePromptMs: 7_000,
        dialogCapacity: 200,
        llmBaseUrl: undefined,
        llmApiKey: undefined,
        llmModel: "",
        llmFirstTokenMs: 1_500,
        llmHistoryTokens: 3_000,
        toolsPrivateAddresses: false,
      },
      warnings: [],
    });
  });

  it("refuses what is outside of its ranges", () => {
    const result = read({
      REPLY_REFRACTORY_MS: "5001",
      IDLE_PROMPT_MS: "120001",
      DIALOG_CAPACITY: "0",
      LLM_BASE_URL: "ftp://model.example",
      LLM_FIRST_TOKEN_MS: "199",
      LLM_HISTORY_TOKENS: "100001",
      TOOLS_PRIVATE_ADDRESSES: "perhaps",
    });
    assertEquals(result.ok ? 0 : result.problems.length, 7);
  });

  it("never asks silent callers where the time is 0", () => {
    const result = read({ IDLE_PROMPT_MS: "0" });
    assertEquals(result.ok && result.values.idlePromptMs, 0);
  });
});

describe("languageModelOf()", () => {
  it("is none without a key and without an address: the script talks", () => {
    const none = { llmBaseUrl: undefined, llmApiKey: undefined, llmModel: "gpt-4.1-mini" };
    assertEquals(languageModelOf(none), undefined);
  });

  it("is the one at the address, with a key if it has one, or OpenAI's with a key", () => {
    const baseUrl = "http://127.0.0.1:11434/v1";
    const local = { llmBaseUrl: baseUrl, llmApiKey: undefined, llmModel: "llama3.1" };
    assertEquals(languageModelOf(local), { baseUrl, model: "llama3.1" });
    const both = { ...local, llmApiKey: KEY };
    assertEquals(languageModelOf(both), { baseUrl, apiKey: KEY, model: "llama3.1" });
    const openAi = { ...both, llmBaseUrl: undefined };
    assertEquals(languageModelOf(openAi), { apiKey: KEY, model: "llama3.1" });
  });
});

describe("languageModelProblems()", () => {
  const problems = (env: Record<string, string>) => languageModelProblems((name) => env[name]);

  it("misses the name of a model that is set, by its key or its address", () => {
    assertEquals(problems({ LLM_API_KEY: KEY }).length, 1);
    assertEquals(problems({ LLM_BASE_URL: "http://127.0.0.1:11434/v1" }).length, 1);
    assertEquals(problems({ LLM_API_KEY: KEY, LLM_MODEL: "gpt-4.1-mini" }), []);
  });

  it("misses none where no model is set, nor says again what a setting shows by itself", () => {
    assertEquals(problems({}), []);
    assertEquals(problems({ LLM_BASE_URL: "ftp://model.example" }), []);
  });
});
