import { lookup } from "node:dns/promises";
import { addressOfHost, isPublicAddress } from "./public_address.ts";

/** The addresses of a name, as this machine finds them. Rejects when there are none. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export type ToolAddresses =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly reason: "unknown" | "private" };

/** Under Deno it needs `--allow-net` for the name itself. */
export const resolveName: ResolveName = async (name) => {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
};

/**
 * Where a URL's host is.
 *
 * @param allowPrivate unset: one address that is not public, among many, makes the host private
 */
export async function toolAddresses(
  { hostname }: URL,
  resolve: ResolveName,
  allowPrivate: boolean,
): Promise<ToolAddresses> {
  const own = addressOfHost(hostname);
  let addresses: readonly string[];
  try {
    addresses = own === undefined ? await resolve(hostname) : [own];
  } catch {
    return { ok: false, reason: "unknown" };
  }
  if (addresses.length === 0) return { ok: false, reason: "unknown" };
  const isAllowed = allowPrivate || addresses.every(isPublicAddress);
  return isAllowed ? { ok: true, addresses } : { ok: false, reason: "private" };
}
