/** An XML element; `text` is its own character data, trimmed. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export type XmlResult =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly problem: string };

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const PROLOG = /^\uFEFF?\s*(<\?xml[^?]*\?>)?/;
const COMMENT = /<!--[\s\S]*?-->/g;
const NAME = "[A-Za-z_][\\w.-]*";
const TOKEN = new RegExp(
  `<(?<close>/${NAME})\\s*>|<(?<open>${NAME})(?<attributes>(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(?<empty>/?)>|(?<text>[^<]+)`,
  "gy",
);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "g");
const ENTITY = /&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([0-9a-fA-F]+));|&/g;
const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

class XmlError extends Error {}

/** Reads the part of XML that TwiML uses: elements, attributes, text, comments. Anything else is a problem. */
export function readXml(source: string): XmlResult {
  try {
    return { ok: true, root: parse(source.replace(PROLOG, "").replace(COMMENT, "").trim()) };
  } catch (error) {
    if (error instanceof XmlError) return { ok: false, problem: error.message };
    throw error;
  }
}

function parse(source: string): XmlElement {
  const top: OpenElement = { name: "", attributes: {}, children: [], text: "" };
  const stack = [top];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < source.length; at = TOKEN.lastIndex) {
    const groups = TOKEN.exec(source)?.groups;
    if (!groups) throw new XmlError(`not XML at ${JSON.stringify(source.slice(at, at + 20))}`);
    const parent = stack.at(-1)!;
    if (groups.text !== undefined) {
      parent.text += decode(groups.text);
    } else if (groups.close !== undefined) {
      if (stack.length === 1 || `/${parent.name}` !== groups.close) {
        throw new XmlError(`<${groups.close}> closes nothing that is open`);
      }
      parent.text = parent.text.trim();
      stack.pop();
    } else {
      const element = openElement(groups.open!, groups.attributes ?? "");
      parent.children.push(element);
      if (!groups.empty) stack.push(element);
    }
  }
  if (stack.length > 1) throw new XmlError(`<${stack.at(-1)!.name}> is not closed`);
  if (top.children.length !== 1 || top.text.trim() !== "") {
    throw new XmlError("a document is exactly one element");
  }
  return top.children[0]!;
}

function openElement(name: string, source: string): OpenElement {
  const attributes: Record<string, string> = {};
  for (const [, key, double, single] of source.matchAll(ATTRIBUTE)) {
    if (Object.hasOwn(attributes, key!)) throw new XmlError(`${key} is there twice in <${name}>`);
    attributes[key!] = decode(double ?? single ?? "");
  }
  return { name, attributes, children: [], text: "" };
}

function decode(text: string): string {
  return text.replace(ENTITY, (whole, named, decimal, hex) => {
    if (named) return NAMED[named]!;
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    throw new XmlError(`a bare ${whole} in ${JSON.stringify(text.slice(0, 40))}`);
  });
}
