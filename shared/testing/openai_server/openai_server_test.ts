import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { type Answer, streamed } from "./answers.ts";
import { OpenAiServer } from "./openai_server.ts";

const BODY = { model: "small", messages: [{ role: "user", content: "hello" }], stream: true };

describe("OpenAiServer", () => {
  let clock: FakeClock;
  let server: OpenAiServer;
  beforeEach(() => {
    clock = new FakeClock();
    server = new OpenAiServer({ clock });
  });

  const ask = (answer: Answer, init: RequestInit = {}) => {
    server.next(answer);
    const body = JSON.stringify(BODY);
    return server.fetch("http://model.test/v1/chat/completions", { method: "POST", body, ...init });
  };
  const events = async (response: Response) =>
    (await response.text()).split("\n\n").filter((event) => event !== "").map((event) => {
      const data = event.slice("data: ".length);
      if (!data.startsWith("{")) return data;
      const { delta, finish_reason: reason } = JSON.parse(data).choices[0];
      return reason ?? delta;
    });

  it("streams a text a word at a time, its end, and that it is done", async () => {
    assertEquals(await events(await ask(streamed("At  nine. Bye."))), [
      { role: "assistant", content: "" },
      ...[{ content: "At  " }, { content: "nine. " }, { content: "Bye." }],
      ...["stop", "[DONE]"],
    ]);
  });

  it("streams a tool call by its parts", async () => {
    assertEquals((await events(await ask([{ call: { name: "find", args: { a: 1 } } }]))).slice(1), [
      {
        tool_calls: [{
          ...{ index: 0, id: "call_1", type: "function" },
          function: { name: "find", arguments: "" },
        }],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] },
      { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
      ...["tool_calls", "[DONE]"],
    ]);
  });

  it("keeps the times of its script", async () => {
    const response = await ask([{ text: "a", afterMs: 100 }, { text: "b", afterMs: 50 }]);
    let isOver = false;
    response.text().then(() => isOver = true);
    await clock.advance(149);
    assertEquals([isOver, server.open], [false, 1]);
    await clock.advance(1);
    assertEquals([isOver, server.open, clock.sleeping], [true, 0, 0]);
  });

  it("ends without an end when cut, with an error when the connection breaks", async () => {
    const cut = await events(await ask([{ text: "a" }, { cut: "end" }]));
    assertEquals(cut.at(-1), { content: "a" });
    const broken = await ask([{ text: "a" }, { cut: "break" }]);
    await assertRejects(() => broken.text());
    assertEquals(server.aborted, 0);
  });

  it("answers with a status", async () => {
    const response = await ask({ status: 401 });
    assertEquals([response.status, (await response.json()).error.code], [401, "e401"]);
    assertEquals(await (await ask({ status: 200, body: "<html>" })).text(), "<html>");
    assertEquals((await server.fetch("http://model.test/v1/models")).status, 404);
  });

  it("notices a client that goes, before and in the middle of an answer", async () => {
    const inTime = new AbortController();
    const waiting = ask({ status: 200, afterMs: 1_000 }, { signal: inTime.signal });
    await settle();
    inTime.abort();
    await assertRejects(() => waiting);
    const inMiddle = new AbortController();
    const hanging = await ask([{ text: "a" }, { hang: true }], { signal: inMiddle.signal });
    inMiddle.abort();
    await assertRejects(() => hanging.text());
    const cancelled = await ask([{ hang: true }]);
    await cancelled.body!.cancel();
    await settle();
    assertEquals([server.aborted, server.open, clock.sleeping], [3, 0, 0]);
  });

  it("tells what it was asked, and answers as told by a function", async () => {
    server.respond = ({ messages }) => streamed(`You said ${messages[0]!.content}`);
    const headers = { authorization: "Bearer key" };
    assertEquals((await events(await ask([], { headers }))).length, 6);
    const { isAuthorized, model, messages, tools } = server.requests[0]!;
    assertEquals([isAuthorized, model, messages, tools], [true, "small", BODY.messages, []]);
  });
});
