/** PURE. What an SSML document says. */

const TOKEN = /<!--(?:(?!--)[^])*-->|<\?[^>]*\?>|<[^<>]*>|[^<>]+/gy;
const TAG =
  /^<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>$/;
const ALIAS = /\salias\s*=\s*(?:"([^"]*)"|'([^']*)')/;
const ENTITY = /&([^;&\s]*;?)/g;
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
/** What belongs to no word: there is a pause, or a new beginning. */
const SEPARATING = new Set(["speak", "break", "p", "s", "audio", "mark", "par", "seq", "media"]);

interface Tag {
  readonly name: string;
  readonly attributes: string;
  readonly kind: "opens" | "closes" | "empty";
}

/**
 * The text of `<speak>...</speak>`: tags off, entities decoded, `sub` replaced by its alias, white space as it is.
 *
 * @throws {SyntaxError} when it is not well-formed, or not one `speak` element.
 */
export function ssmlText(ssml: string): string {
  const document = ssml.trim();
  const open: Tag[] = [];
  let text = "";
  let roots = 0;
  for (const token of tokensOf(document)) {
    const inSub = open.some(({ name }) => name === "sub");
    if (!token.startsWith("<")) {
      if (open.length === 0 && token.trim() !== "") malformed("text is inside of speak", token);
      const decoded = decodeEntities(token);
      if (!inSub) text += decoded;
      continue;
    }
    if (token.startsWith("<!--") || token.startsWith("<?")) continue;
    const tag = readTag(token);
    if (open.length === 0 && (tag.name !== "speak" || tag.kind === "closes" || roots++ > 0)) {
      malformed("the document is one speak element", token);
    }
    if (SEPARATING.has(tag.name) && !inSub) text += " ";
    if (tag.kind === "opens" && tag.name === "sub" && !inSub) text += aliasOf(tag);
    if (tag.kind === "opens") open.push(tag);
    if (tag.kind === "closes" && open.pop()?.name !== tag.name) {
      malformed("tags close in the order they were opened", token);
    }
  }
  if (roots === 0 || open.length > 0) malformed("the document is one speak element", document);
  return text;
}

function* tokensOf(document: string): Generator<string> {
  let at = 0;
  for (const [token] of document.matchAll(TOKEN)) {
    yield token;
    at += token.length;
  }
  if (at < document.length) malformed("< begins a tag", document.slice(at));
}

function readTag(token: string): Tag {
  const [, slash, name, attributes = "", empty] = TAG.exec(token) ?? [];
  if (name === undefined || (slash && (empty || attributes))) {
    return malformed("a tag has a name and quoted attributes", token);
  }
  decodeEntities(attributes);
  return { name, attributes, kind: slash ? "closes" : empty ? "empty" : "opens" };
}

function aliasOf({ attributes }: Tag): string {
  const [, double, single] = ALIAS.exec(attributes) ?? [];
  return decodeEntities(double ?? single ?? malformed("sub has an alias", `<sub${attributes}>`));
}

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, body: string) => {
    const name = body.endsWith(";") ? body.slice(0, -1) : "";
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
    if (hex === undefined && decimal === undefined) {
      return (Object.hasOwn(NAMED, name) ? NAMED[name] : undefined) ??
        malformed("& begins an entity", whole);
    }
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    if (code === 0 || code > 0x10ffff) malformed("an entity is a character", whole);
    return String.fromCodePoint(code);
  });
}

function malformed(rule: string, received: string): never {
  throw new SyntaxError(`Cannot read SSML: ${rule}, received ${received.slice(0, 60)}`);
}
