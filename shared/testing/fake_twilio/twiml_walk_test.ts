import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import type { Verb } from "./twiml_reader.ts";
import { type CallUpdate, walkTwiml } from "./twiml_walk.ts";
import type { WebhookResult } from "./webhook.ts";

const CONNECT: Verb = { verb: "Connect", url: "wss://a/b", parameters: {}, strippedQuery: null };
const redirect = (url: string): Verb => ({ verb: "Redirect", url, method: "POST" });

/** Walks over canned answers by URL. */
async function walk(
  answers: Readonly<Record<string, readonly Verb[]>>,
  { hangUpDuring, updates = {} }: {
    readonly hangUpDuring?: "stream";
    /** What REST does during a stream or a webhook. */
    readonly updates?: Readonly<Record<string, CallUpdate>>;
  } = {},
) {
  const asked: string[] = [];
  const ran: string[] = [];
  let hungUp = false;
  let update: CallUpdate | undefined;
  const end = await walkTwiml("/voice", {
    requestTwiml: (url): Promise<WebhookResult> => {
      asked.push(url);
      update = updates[url];
      const verbs = answers[url];
      return Promise.resolve(
        verbs
          ? { ok: true, status: 200, verbs }
          : { ok: false, status: 404, code: 11200, problem: "HTTP 404" },
      );
    },
    connect: () => {
      hungUp = hangUpDuring === "stream";
      update = updates.stream;
      return Promise.resolve();
    },
    onVerb: (verb) => ran.push(verb.verb),
    hungUp: () => hungUp,
    takeUpdate: () => {
      const taken = update;
      update = undefined;
      return taken;
    },
  });
  return { asked, ran, end };
}

describe("walkTwiml()", () => {
  it("goes on behind the stream when the server has closed it", async () => {
    assertEquals(
      await walk({ "/voice": [CONNECT, redirect("/next")], "/next": [{ verb: "Hangup" }] }),
      {
        asked: ["/voice", "/next"],
        ran: ["Connect", "Redirect", "Hangup"],
        end: { by: "kav", reason: "Hangup" },
      },
    );
  });

  it("runs nothing behind the stream when the caller has hung up", async () => {
    assertEquals(
      await walk({ "/voice": [CONNECT, redirect("/next")] }, { hangUpDuring: "stream" }),
      {
        asked: ["/voice"],
        ran: ["Connect"],
        end: { by: "caller", reason: "hung up" },
      },
    );
  });

  it("leaves what stands behind a redirect, and ends with the last verb", async () => {
    const answers = {
      "/voice": [redirect("/a"), { verb: "Hangup" }],
      "/a": [{ verb: "Say", text: "sorry" }, { verb: "Dial", number: "+15550001111" }],
    } as const;
    assertEquals(await walk(answers), {
      asked: ["/voice", "/a"],
      ran: ["Redirect", "Say", "Dial"],
      end: { by: "kav", reason: "end of TwiML" },
    });
  });

  it("follows what REST has put in the place of the TwiML, and nothing of what it replaces", async () => {
    const answers = {
      "/voice": [CONNECT, redirect("/next")],
      "/next": [{ verb: "Hangup" }],
    } as const;
    const dial = { verb: "Dial", number: "+15550001111" } as const;
    const updates = { stream: { kind: "verbs", verbs: [dial] } } as const;
    assertEquals(await walk(answers, { updates }), {
      asked: ["/voice"],
      ran: ["Connect", "Dial"],
      end: { by: "kav", reason: "end of TwiML" },
    });
    const late = { "/next": { kind: "verbs", verbs: [dial] } } as const;
    assertEquals((await walk(answers, { updates: late })).ran, ["Connect", "Redirect", "Dial"]);
  });

  it("ends a call that REST has completed", async () => {
    const answers = { "/voice": [CONNECT, redirect("/next")] };
    assertEquals(await walk(answers, { updates: { stream: { kind: "completed" } } }), {
      asked: ["/voice"],
      ran: ["Connect"],
      end: { by: "kav", reason: "completed" },
    });
  });

  it("ends with the webhook's error", async () => {
    assertEquals((await walk({})).end, { by: "error", reason: "11200: HTTP 404" });
  });

  it("ends a call that is rejected", async () => {
    const { end } = await walk({ "/voice": [{ verb: "Reject", reason: "busy" }] });
    assertEquals(end, { by: "kav", reason: "Reject busy" });
  });

  it("ends a circle of redirects", async () => {
    const { end } = await walk({ "/voice": [redirect("/voice")] });
    assertEquals(end, { by: "error", reason: "more than 50 redirects" });
  });
});
