import { createHash, timingSafeEqual } from "node:crypto";

export type TokenCheck =
  | { readonly ok: true }
  /** Unset: there is no token that would be right. */
  | { readonly ok: false; readonly reason: "unset" | "missing" | "wrong" };

/** The bearer token of the API, kept as its digest. */
export class AdminToken {
  readonly #digest: Uint8Array | undefined;

  constructor(token: string | undefined) {
    this.#digest = token === undefined ? undefined : digestOf(token);
  }

  /** @param authorization the header of this name. Takes the same time for every wrong token. */
  check(authorization: string | undefined): TokenCheck {
    if (!this.#digest) return { ok: false, reason: "unset" };
    const token = /^bearer +(.+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return { ok: false, reason: "missing" };
    if (!timingSafeEqual(digestOf(token), this.#digest)) return { ok: false, reason: "wrong" };
    return { ok: true };
  }
}

function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token, "utf8").digest();
}
