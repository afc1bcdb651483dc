import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  isLoopbackUrl,
  streamUrl,
  streamUrlVariants,
  webhookUrl,
  webhookUrlVariants,
} from "./public_url.ts";

describe("isLoopbackUrl()", () => {
  it("knows what only this machine can dial", () => {
    const cases: [string, boolean][] = [
      ["http://127.0.0.1:8080", true],
      ["http://127.9.9.9", true],
      ["http://localhost:8080", true],
      ["http://[::1]:8080", true],
      ["https://localhost", true],
      ["http://0.0.0.0:8080", false],
      ["http://10.0.0.1", false],
      ["https://kav.example.com", false],
      ["https://localhost.example.com", false],
      ["https://127.0.0.1.example.com", false],
    ];
    for (const [url, loopback] of cases) assertEquals(isLoopbackUrl(url), loopback, url);
  });
});

describe("webhookUrl() and streamUrl()", () => {
  it("keep the public origin and its path", () => {
    const cases: [string, string, string][] = [
      ["https://kav.example.com", "https://kav.example.com/x?a=1", "wss://kav.example.com/x?a=1"],
      ["https://kav.example.com/", "https://kav.example.com/x?a=1", "wss://kav.example.com/x?a=1"],
      ["https://e.com:8443/kav/", "https://e.com:8443/kav/x?a=1", "wss://e.com:8443/kav/x?a=1"],
      ["http://127.0.0.1:8080", "http://127.0.0.1:8080/x?a=1", "ws://127.0.0.1:8080/x?a=1"],
      ["http://[::1]:8080", "http://[::1]:8080/x?a=1", "ws://[::1]:8080/x?a=1"],
      ["http://kav.example.com", "http://kav.example.com/x?a=1", "wss://kav.example.com/x?a=1"],
    ];
    for (const [publicUrl, webhook, stream] of cases) {
      assertEquals(webhookUrl(publicUrl, "/x?a=1"), webhook);
      assertEquals(streamUrl(publicUrl, "/x?a=1"), stream);
    }
  });
});

describe("webhookUrlVariants()", () => {
  it("gives the URL with and without its port", () => {
    assertEquals(webhookUrlVariants("https://e.com", "/v?a=1"), [
      { variant: "https", url: "https://e.com/v?a=1" },
      { variant: "https_port", url: "https://e.com:443/v?a=1" },
    ]);
    assertEquals(webhookUrlVariants("https://e.com:8443", "/v?a=1"), [
      { variant: "https", url: "https://e.com:8443/v?a=1" },
      { variant: "https_port", url: "https://e.com/v?a=1" },
    ]);
  });
});

describe("streamUrlVariants()", () => {
  it("gives wss and https, with and without a trailing slash, with and without the port", () => {
    assertEquals(streamUrlVariants("https://e.com", "/s"), [
      { variant: "wss", url: "wss://e.com/s" },
      { variant: "wss_slash", url: "wss://e.com/s/" },
      { variant: "https", url: "https://e.com/s" },
      { variant: "https_slash", url: "https://e.com/s/" },
      { variant: "wss_port", url: "wss://e.com:443/s" },
      { variant: "wss_slash_port", url: "wss://e.com:443/s/" },
      { variant: "https_port", url: "https://e.com:443/s" },
      { variant: "https_slash_port", url: "https://e.com:443/s/" },
    ]);
  });

  it("adds ws and http on loopback only", () => {
    const variants = streamUrlVariants("http://127.0.0.1:8080", "/s");
    assertEquals(variants[0], { variant: "ws", url: "ws://127.0.0.1:8080/s" });
    assertEquals(variants.length, 16);
    const strangers = streamUrlVariants("http://e.com", "/s").map(({ url }) => url.split(":")[0]);
    assertEquals([...new Set(strangers)], ["wss", "https"]);
  });
});
