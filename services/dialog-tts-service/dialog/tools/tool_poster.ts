import { Buffer } from "node:buffer";
import type { LookupAddress } from "node:dns";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ToolRequest } from "./tool_request.ts";

export interface PostedRequest extends ToolRequest {
  readonly url: URL;
  /** Of the URL's host, one at least: where it goes, whatever a name server says by then. */
  readonly addresses: readonly string[];
  readonly maxAnswerBytes: number;
}

export interface PostedAnswer {
  readonly status: number;
  readonly body: Uint8Array | "too large";
}

/** Sends one request, by POST. Follows no redirect. Rejects when no answer comes, or the signal is aborted. */
export type PostToTool = (request: PostedRequest, signal: AbortSignal) => Promise<PostedAnswer>;

/**
 * Over a connection of its own. A certificate must be made out to the URL's name.
 *
 * @param ca certificates (PEM) that the tool's must descend from; unset: the public ones
 */
export function toolPoster({ ca }: { readonly ca?: string } = {}): PostToTool {
  return (sent, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const bytes = new TextEncoder().encode(sent.body);
      const request = open(sent, { ...sent.headers, "content-length": `${bytes.length}` }, ca);
      const abort = () => request.destroy(new Error("abandoned"));
      signal.addEventListener("abort", abort, { once: true });
      request.on("close", () => signal.removeEventListener("abort", abort));
      request.on("error", reject);
      request.on("response", (response) => {
        read(response, sent.maxAnswerBytes).then(resolve, reject)
          .finally(() => request.destroy());
      });
      request.end(bytes);
    });
}

function open(
  { url, addresses }: PostedRequest,
  headers: Readonly<Record<string, string>>,
  ca: string | undefined,
): ClientRequest {
  const lookup = lookupOf(addresses);
  if (url.protocol !== "https:") {
    return requestHttp(url, { method: "POST", agent: false, headers, lookup });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const connection = {
    host,
    port: Number(url.port || 443),
    lookup,
    ...isIP(host) === 0 && { servername: host },
    ...ca !== undefined && { ca },
  };
  // An agent would make the connection: under Deno that needs `--allow-sys`, to look for more certificates.
  const createConnection = () => connectTls(connection);
  return requestHttps(url, { method: "POST", headers, createConnection });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<PostedAnswer> {
  const status = response.statusCode ?? 0;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response) {
    bytes += piece.length;
    if (bytes > maxBytes) return { status, body: "too large" };
    pieces.push(piece);
  }
  if (!response.complete) throw new Error("the answer broke off");
  return { status, body: Buffer.concat(pieces) };
}

type Found = (
  error: null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** In place of a name server. */
function lookupOf(addresses: readonly string[]) {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name: string, { all }: { all?: boolean | undefined }, callback: Found) => {
    if (all) return callback(null, found);
    callback(null, found[0]!.address, found[0]!.family);
  };
}
