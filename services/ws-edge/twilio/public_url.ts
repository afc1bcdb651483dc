/** The addresses Twilio dials and signs: always from the configured public URL, never from a request. Pure. */

/** One way Twilio may have written the URL it signed. `variant` is fit for a metric's label. */
export interface UrlVariant {
  readonly variant: string;
  readonly url: string;
}

/** Whether only this machine can dial `url`. */
export function isLoopbackUrl(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** `pathAndQuery` begins with `/`. A path in the public URL is kept in front of it. */
export function webhookUrl(publicUrl: string, pathAndQuery: string): string {
  const { protocol } = new URL(publicUrl);
  return joined(publicUrl, protocol.slice(0, -1), pathAndQuery, false);
}

/** What `<Stream url>` carries: Twilio dials `wss` only, the simulated caller on loopback `ws` too. */
export function streamUrl(publicUrl: string, path: string): string {
  const plain = isLoopbackUrl(publicUrl) && new URL(publicUrl).protocol === "http:";
  return joined(publicUrl, plain ? "ws" : "wss", path, false);
}

/** Twilio signs with or without the port, whichever the customer configured (as twilio-node allows for). */
export function webhookUrlVariants(publicUrl: string, pathAndQuery: string): UrlVariant[] {
  const scheme = new URL(publicUrl).protocol.slice(0, -1);
  return [false, true].map((otherPort) => ({
    variant: otherPort ? `${scheme}_port` : scheme,
    url: joined(publicUrl, scheme, pathAndQuery, otherPort),
  }));
}

/** The handshake of a stream: scheme and trailing slash of the signed URL are not settled by any document. */
export function streamUrlVariants(publicUrl: string, path: string): UrlVariant[] {
  const schemes = isLoopbackUrl(publicUrl) ? ["ws", "http", "wss", "https"] : ["wss", "https"];
  return [false, true].flatMap((otherPort) =>
    schemes.flatMap((scheme) =>
      ["", "/"].map((slash) => ({
        variant: `${scheme}${slash && "_slash"}${otherPort ? "_port" : ""}`,
        url: joined(publicUrl, scheme, path + slash, otherPort),
      }))
    )
  );
}

/** `otherPort` drops the port there is, or adds the scheme's own where there is none. */
function joined(publicUrl: string, scheme: string, path: string, otherPort: boolean): string {
  const { hostname, port, pathname } = new URL(publicUrl);
  const standardPort = scheme === "https" || scheme === "wss" ? "443" : "80";
  const shownPort = otherPort ? (port ? "" : standardPort) : port;
  const base = pathname.replace(/\/+$/, "");
  return `${scheme}://${hostname}${shownPort && `:${shownPort}`}${base}${path}`;
}
