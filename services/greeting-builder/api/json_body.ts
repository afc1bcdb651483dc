import { joinBytes } from "shared/media/join_bytes.ts";
import { problemResponse } from "./problem.ts";

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly response: Response };

const MAX_BODY_BYTES = 256 * 1024;

/** Reads a body that must be JSON, of 256 KiB at most, whatever type it is said to be: `curl -d` says that of a form. */
export async function readJsonBody({ headers, body }: Request): Promise<JsonBody> {
  const read = await readBytes(body, Number(headers.get("content-length") ?? 0));
  if (read === "too large") return refused(413, `it has ${MAX_BODY_BYTES / 1024} KiB at most`);
  // Who has gone needs no answer, but gets one.
  if (read === "broken off") return refused(400, "it was broken off");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(read);
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return refused(400, "it is JSON in UTF-8");
  }
}

/** In place of Hono's `bodyLimit`: that makes a new request, at which Deno prints a warning. */
async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  announcedBytes: number,
): Promise<Uint8Array | "too large" | "broken off"> {
  if (announcedBytes > MAX_BODY_BYTES) return "too large";
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of body ?? []) {
      bytes += piece.length;
      if (bytes > MAX_BODY_BYTES) return "too large";
      pieces.push(piece);
    }
  } catch {
    return "broken off";
  }
  return joinBytes(pieces);
}

function refused(status: 400 | 413, rule: string): JsonBody {
  return { ok: false, response: problemResponse(status, `Cannot read the body: ${rule}`) };
}
