/** PURE. Which addresses belong to everybody's internet, and not to a machine, a house or a test. */

/** IANA's special-purpose IPv4 blocks, multicast and what is reserved. */
const NOT_PUBLIC_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map(blockOf);
/** Global unicast is this alone. */
const PUBLIC_V6 = blockOf("2000::/3");
/** Teredo and its neighbours, documentation, 6to4. */
const NOT_PUBLIC_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map(blockOf);
/** NAT64: an IPv4 address, as a network without IPv4 writes it. */
const NAT64 = blockOf("64:ff9b::/96");

interface Block {
  readonly first: bigint;
  /** Bits behind the block's own. */
  readonly freeBits: bigint;
}

/** Whether this is a public address. What is no address in its usual form is not. */
export function isPublicAddress(text: string): boolean {
  const v4 = v4Of(text);
  if (v4 !== undefined) return isPublicV4(v4);
  const v6 = v6Of(text);
  if (v6 === undefined) return false;
  if (within(NAT64, v6)) return isPublicV4(v6 & 0xffff_ffffn);
  return within(PUBLIC_V6, v6) && !NOT_PUBLIC_V6.some((block) => within(block, v6));
}

/** The address that a URL's host is; undefined: it is a name. A URL has brought IPv4 to its usual form. */
export function addressOfHost(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return v4Of(bare) === undefined && v6Of(bare) === undefined ? undefined : bare;
}

function isPublicV4(address: bigint): boolean {
  return !NOT_PUBLIC_V4.some((block) => within(block, address));
}

function within({ first, freeBits }: Block, address: bigint): boolean {
  return address >> freeBits === first >> freeBits;
}

function blockOf(text: string): Block {
  const [address = "", bits = ""] = text.split("/");
  const v4 = v4Of(address);
  return v4 === undefined
    ? { first: v6Of(address)!, freeBits: 128n - BigInt(bits) }
    : { first: v4, freeBits: 32n - BigInt(bits) };
}

function v4Of(text: string): bigint | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((all, byte) => all << 8n | BigInt(byte), 0n);
}

function v6Of(text: string): bigint | undefined {
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return undefined;
  const url = `http://[${text}]/`;
  if (!URL.canParse(url)) return undefined;
  // In this form all groups are hexadecimal.
  const [head = "", tail = ""] = new URL(url).hostname.slice(1, -1).split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":");
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce(
    (all, group) => all << 16n | BigInt(`0x${group}`),
    0n,
  );
}
