/** Checks who asks: JSON Web Tokens that a service account has signed itself. */
import { Buffer } from "node:buffer";
import { type KeyObject, verify } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { RpcError } from "./rpc_error.ts";

const INVALID = "Request had invalid authentication credentials. Expected OAuth 2 access token, " +
  "login cookie or other valid authentication credential. " +
  "See https://developers.google.com/identity/sign-in/web/devconsole-project.";
const MISSING = "Request is missing required authentication credential. Expected OAuth 2 access " +
  "token, login cookie or other valid authentication credential. " +
  "See https://developers.google.com/identity/sign-in/web/devconsole-project.";

export class Authorization {
  readonly #key: KeyObject;
  readonly #email: string;

  /** @param email of the account whose public key `key` is. */
  constructor(key: KeyObject, email: string) {
    this.#key = key;
    this.#email = email;
  }

  /**
   * @param header of the request: `Bearer <token>`.
   * @param nowMs since 1970.
   * @returns why the request is refused.
   */
  problem(header: string | undefined, nowMs = Date.now()): RpcError | undefined {
    if (!header) return new RpcError(status.UNAUTHENTICATED, MISSING);
    const token = /^Bearer ([\w-]+\.[\w-]+)\.([\w-]+)$/.exec(header);
    if (token && this.#isTrusted(token[1]!, token[2]!, nowMs)) return undefined;
    return new RpcError(status.UNAUTHENTICATED, INVALID);
  }

  #isTrusted(signed: string, signature: string, nowMs: number): boolean {
    const isSigned = verify(
      "sha256",
      Buffer.from(signed),
      this.#key,
      Buffer.from(signature, "base64url"),
    );
    if (!isSigned) return false;
    const claims = JSON.parse(Buffer.from(signed.split(".")[1]!, "base64url").toString());
    return claims.iss === this.#email && claims.exp * 1000 > nowMs;
  }
}
