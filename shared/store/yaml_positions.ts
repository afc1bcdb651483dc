import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from "yaml";

export type Path = readonly PropertyKey[];

/** Where the fields of a YAML document stand, as `line:column` from 1. */
export class YamlPositions {
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** The value at `path`, or what should have held it when it is missing. */
  ofValue(path: Path): string {
    let node: unknown = this.#document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const key of path) {
      node = child(node, key)?.value;
      offset = offsetOf(node) ?? offset;
    }
    return this.at(offset);
  }

  /** The name of the field `path`, for a field that should not be there. */
  ofKey(path: Path): string {
    let parent: unknown = this.#document.contents;
    for (const key of path.slice(0, -1)) parent = child(parent, key)?.value;
    const offset = offsetOf(child(parent, path.at(-1))?.key);
    return offset === undefined ? this.ofValue(path) : this.at(offset);
  }

  at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${line}:${col}`;
  }
}

function child(
  node: unknown,
  key: PropertyKey | undefined,
): { key?: unknown; value: unknown } | undefined {
  if (isSeq(node)) return { value: node.items[Number(key)] };
  if (!isMap(node)) return undefined;
  // Keys are compared as text: `1:` in a file is the field "1".
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** A path as people write it: `businesses[0].greeting.text`. */
export function pathText(path: Path): string {
  if (path.length === 0) return "(file)";
  return path
    .map((key, i) =>
      typeof key === "number" ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`
    )
    .join("");
}
