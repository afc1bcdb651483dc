import type { RestCredentials } from "./rest_credentials.ts";

/** What the package asks of the client that it is given, as far as an update needs it. */
export interface PackageRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

export interface PackageResponse {
  readonly statusCode: number;
  readonly body: string;
}

/**
 * Sends one request of the package by `fetch`, which can be given up at any moment; the package's own client
 * cannot, and costs 20 MB.
 */
export async function sendRequest(
  { method, uri, headers, data }: PackageRequest,
  { accountSid, authToken }: RestCredentials,
  signal: AbortSignal,
): Promise<PackageResponse> {
  const response = await fetch(uri, {
    method: method.toUpperCase(),
    headers: { ...headers, authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
    body: new URLSearchParams(data).toString(),
    redirect: "manual",
    signal,
  });
  return { statusCode: response.status, body: await response.text() };
}
