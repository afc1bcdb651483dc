import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EdgeBench, endOf } from "./testing/edge_bench.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const signed = { settings: { twilioAuthToken: TOKEN } };
const counted = (result: string, variant = "none") =>
  `kav_signature_total{result="${result}",variant="${variant}"}`;

describe("With TWILIO_AUTH_TOKEN", () => {
  it("a signed call works, and the matched variants are counted", async () => {
    await using bench = new EdgeBench(signed);
    const call = await bench.talk({ authToken: TOKEN });
    await Promise.all([bench.flows([call]), bench.hears(call)]);
    assertEquals(bench.edge.validates, true);
    assertEquals(await bench.sample(counted("ok", "http")), 1);
    assertEquals(await bench.sample(counted("ok", "wss")), 1);
  });

  it("a call behind a proxy works, signed over the public URL in any of the variants", async () => {
    const publicUrl = "https://kav.example";
    await using bench = new EdgeBench({ settings: { ...signed.settings, publicUrl } });
    const variants: Record<string, (url: string) => string> = {
      wss: (url) => url,
      wss_slash: (url) => `${url}/`,
      https: (url) => url.replace("wss:", "https:"),
      https_slash: (url) => `${url.replace("wss:", "https:")}/`,
      wss_port: (url) => url.replace("kav.example", "kav.example:443"),
    };
    const expected: Record<string, number> = {};
    const count = (variant: string) => expected[variant] = (expected[variant] ?? 0) + 1;
    for (const [variant, signedStreamUrl] of Object.entries(variants)) {
      const call = await bench.talk({ authToken: TOKEN, publicUrl, signedStreamUrl });
      await bench.flows([call], 1);
      // The webhook, and the upgrade.
      count("https");
      count(variant);
    }
    for (const [variant, checks] of Object.entries(expected)) {
      assertEquals(await bench.sample(counted("ok", variant)), checks, variant);
    }
  });

  it("an unsigned webhook, and one signed with another token, is refused with 403", async () => {
    await using bench = new EdgeBench(signed);
    for (const options of [{}, { authToken: "another" }]) {
      const call = await bench.place(options);
      assertEquals((await endOf(call)).reason, "11200: HTTP 403");
    }
    assertEquals(await bench.sample(counted("missing")), 1);
    assertEquals(await bench.sample(counted("wrong")), 1);
    assertEquals(bench.edge.calls, 0);
  });

  it("an unsigned upgrade, and one signed over another URL, is refused with 403", async () => {
    await using bench = new EdgeBench(signed);
    const call = await bench.place({
      authToken: TOKEN,
      signedStreamUrl: (url) => url.replace("/stream/", "/streams/"),
    });
    const { verbs } = await endOf(call);
    assertEquals(verbs.map(({ verb }) => verb), [
      ...["Connect", "Redirect"],
      ...["Connect", "Redirect"],
      ...["Say", "Hangup"],
    ]);
    const refused = { code: 31920, message: "HTTP 403" };
    const warnings = call.timeline.of("warning").map(({ code, message }) => ({ code, message }));
    assertEquals(warnings, [refused, refused]);
    assertEquals(await bench.sample(counted("wrong")), 2);

    const stream = verbs.find(({ verb }) => verb === "Connect") as { url: string };
    const unsigned = await fetch(stream.url.replace("ws:", "http:"), {
      headers: { upgrade: "websocket" },
    });
    await unsigned.body?.cancel();
    assertEquals([unsigned.status, await bench.sample(counted("missing"))], [403, 1]);
    assertEquals(bench.dialog.offers, []);
  });
});
