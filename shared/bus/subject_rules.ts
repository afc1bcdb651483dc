/** One token: anything but white space, control characters, the separator and the wildcards. */
const TOKEN = "[^\\s\\p{Cc}.*>]+";
const SUBJECT = new RegExp(`^${TOKEN}(\\.${TOKEN})*$`, "u");
const PATTERN = new RegExp(`^(?:(?:${TOKEN}|\\*)\\.)*(?:${TOKEN}|\\*|>)$`, "u");

/** Whether messages can be published to `subject`: non-empty tokens between dots, no wildcards. */
export function isSubject(subject: string): boolean {
  return SUBJECT.test(subject);
}

/** Whether one can subscribe to `pattern`: as a subject, but `*` may stand for a token and `>` for the rest. */
export function isPattern(pattern: string): boolean {
  return PATTERN.test(pattern);
}

/** @throws {TypeError} when nothing can be published to `subject`. */
export function assertSubject(subject: string): void {
  if (isSubject(subject)) return;
  throw new TypeError(
    `Cannot publish: a subject is non-empty tokens between dots without wildcards, received ${
      JSON.stringify(subject)
    }`,
  );
}

/** @throws {TypeError} when one cannot subscribe to `pattern`. */
export function assertPattern(pattern: string): void {
  if (isPattern(pattern)) return;
  throw new TypeError(
    `Cannot subscribe: a pattern is non-empty tokens between dots, with * for one token and a last > for the rest, received ${
      JSON.stringify(pattern)
    }`,
  );
}

/** The part of a pattern before its first wildcard: every subject it matches begins with it. */
export function literalPrefix(pattern: string): string {
  const wildcard = pattern.search(/[*>]/);
  return wildcard < 0 ? pattern : pattern.slice(0, wildcard);
}

/** Whether some subject is matched by both patterns; a concrete subject is a pattern too. */
export function patternsOverlap(a: string, b: string): boolean {
  const left = a.split(".");
  const right = b.split(".");
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i];
    const y = right[i];
    if (x === undefined || y === undefined) return false;
    if (x === ">" || y === ">") return true;
    if (x !== y && x !== "*" && y !== "*") return false;
  }
  return true;
}
