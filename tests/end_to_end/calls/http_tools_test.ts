import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { createHmac } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { HttpTools } from "services/dialog-tts-service/dialog/tools/http_tools.ts";
import { toolPoster } from "services/dialog-tts-service/dialog/tools/tool_poster.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { business, type BusinessTool } from "shared/store/business.ts";

const SECRET = "sixteen or more characters";
/** It has no address but the one that the tests resolve it to. */
const NAME = "tools.example";

interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** What a business runs. */
class ToolServer implements AsyncDisposable {
  readonly received: Received[] = [];
  closedUnanswered = 0;
  readonly #server;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get port(): number {
    return this.#server.addr.port;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const { headers } = request;
    this.received.push({ path: pathname, headers, body: await request.text() });
    switch (pathname) {
      case "/moved":
        return new Response(null, { status: 302, headers: { location: "/ok" } });
      case "/endless":
        return new Response(endless(), { headers: { "content-type": "application/json" } });
      case "/hang":
        return new Response(new ReadableStream({ cancel: () => void this.closedUnanswered++ }));
      default:
        return Response.json({ say: "Shalom" });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

const endless = () =>
  new ReadableStream<Uint8Array>({
    pull: (stream) => stream.enqueue(new Uint8Array(8_192).fill(32)),
  });

/** The suite's own limit ends it otherwise. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const toolAt = (url: string, timeoutMs = 5_000): BusinessTool =>
  business.shape.tools.parse([
    { name: "find_order", description: "Finds", url, secret: SECRET, timeout_ms: timeoutMs },
  ])[0]!;

let resolved: string[];

const tools = ({ allowPrivate = true, ca }: { allowPrivate?: boolean; ca?: string } = {}) =>
  new HttpTools({
    clock: new SystemClock(),
    unixNow: Date.now,
    allowPrivate,
    resolve: (name) => {
      resolved.push(name);
      return Promise.resolve(["127.0.0.1"]);
    },
    post: toolPoster(ca === undefined ? {} : { ca }),
    log: new LineLog({ write: () => {}, clock: new SystemClock() }),
    metrics: new Metrics(),
  });

const use = (of: HttpTools, tool: BusinessTool, signal = new AbortController().signal) =>
  of.use(tool, { order: "12" }, { call: "CA1", businessId: "shop", entries: new Map() }, signal);

const failed = (code: string) => ({
  outcome: "failed" as const,
  problem: `The tool cannot be reached: ${code}`,
});

describe("HttpTools over sockets", () => {
  let server: ToolServer;
  beforeEach(() => {
    server = new ToolServer();
    resolved = [];
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const at = (path: string, timeoutMs?: number) =>
    toolAt(`http://${NAME}:${server.port}${path}`, timeoutMs);

  it("goes to the address that was checked, in the name of the URL, and signs", async () => {
    const answer = await use(tools(), at("/ok"));
    assertEquals(answer, { outcome: "ok", value: { say: "Shalom" } });
    assertEquals(resolved, [NAME]);
    const [{ headers, body }] = server.received as [Received];
    assertEquals(headers.get("host"), `${NAME}:${server.port}`);
    const timestamp = headers.get("x-kav-timestamp");
    assert(Math.abs(Number(timestamp) - Date.now() / 1_000) < 60);
    const hex = createHmac("sha256", SECRET).update(`${timestamp}.${body}`).digest("hex");
    assertEquals(headers.get("x-kav-signature"), `sha256=${hex}`);
  });

  it("connects with nobody where the name's address is private", async () => {
    for (const url of [at("/ok").url, `http://2130706433:${server.port}/ok`]) {
      assertEquals((await use(tools({ allowPrivate: false }), toolAt(url))).outcome, "refused");
    }
    assertEquals((await use(tools(), toolAt(`http://2130706433:${server.port}/ok`))).outcome, "ok");
    assertEquals(server.received.length, 1);
  });

  it("follows no redirect, and reads no answer without end", async () => {
    for (const path of ["/moved", "/endless"]) {
      assertEquals((await use(tools(), at(path))).outcome, "failed");
    }
    assertEquals(server.received.map(({ path }) => path), ["/moved", "/endless"]);
  });

  it("closes the connection at its limit, and when it is abandoned", async () => {
    assertEquals((await use(tools(), at("/hang", 100))).outcome, "timeout");
    const abort = new AbortController();
    const answer = use(tools(), at("/hang"), abort.signal);
    await until(() => server.received.length === 2);
    abort.abort();
    assertEquals((await answer).outcome, "abandoned");
    await until(() => server.closedUnanswered === 2);
  });

  it("has failed where nobody listens", async () => {
    const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = closed.addr;
    closed.close();
    const answer = await use(tools(), toolAt(`http://${NAME}:${port}/`));
    assertEquals(answer, failed("ECONNREFUSED"));
  });
});

async function certificateOf(name: string) {
  const kind = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;
  const ca = await generate([{ name: "commonName", value: "Test CA" }], {
    ...kind,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: name }], {
    ...kind,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
    ],
  });
  return { ca: ca.cert, cert: leaf.cert, key: leaf.private };
}

describe("HttpTools over TLS", () => {
  it("speaks only with whom a certificate names so", async () => {
    resolved = [];
    const { ca, cert, key } = await certificateOf(NAME);
    const server = createServer({ cert, key }, (_request, response) => response.end("1"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const named = toolAt(`https://${NAME}:${port}/`);
      assertEquals(await use(tools({ ca }), named), { outcome: "ok", value: 1 });
      const other = toolAt(`https://other.example:${port}/`);
      assertEquals(await use(tools({ ca }), other), failed("ERR_TLS_CERT_ALTNAME_INVALID"));
      assertEquals(await use(tools(), named), failed("UNABLE_TO_VERIFY_LEAF_SIGNATURE"));
      assertEquals(resolved, [NAME, "other.example", NAME]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
