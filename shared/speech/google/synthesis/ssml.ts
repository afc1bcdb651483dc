/** PURE. Plain text as SSML. A text is never taken as markup. */

/** What XML 1.0 allows no document to hold, escaped or not; lone surrogates are among it (§2.2, Char). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** The text without the characters that XML 1.0 forbids; what is left is valid UTF-8 as well. */
export function sendable(text: string): string {
  return text.replace(FORBIDDEN, "");
}

/** `<speak>...</speak>` that says exactly this text. */
export function toSsml(text: string): string {
  const escaped = sendable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return `<speak>${escaped}</speak>`;
}
