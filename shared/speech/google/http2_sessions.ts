/** Deno's HTTP/2, under grpc-js: without this a server's GOAWAY may end the process. */
import http2 from "node:http2";
import process from "node:process";

interface Session {
  destroy(...reason: unknown[]): void;
}

let isGuarded = false;

/**
 * From here on the HTTP/2 sessions of this process are destroyed a moment after they were told to. Any number of calls.
 *
 * Deno 2.9 frees a session that is destroyed while it reads a frame, and then goes on reading it: the process crashes,
 * and nothing can catch that. A GOAWAY to a session without streams does it (https://github.com/denoland/deno/issues/36788);
 * Google sends one to connections that are idle, or an hour old.
 */
export function guardSessions(): void {
  if (isGuarded) return;
  isGuarded = true;
  // Deno shows the class; Node, whose types these are, does not.
  const { Http2Session } = http2 as unknown as { readonly Http2Session?: { prototype: Session } };
  if (!Http2Session) return;
  const { destroy } = Http2Session.prototype;
  Http2Session.prototype.destroy = function (...reason) {
    process.nextTick(() => destroy.apply(this, reason));
  };
}
