class Node<T> {
  readonly children = new Map<string, Node<T>>();
  readonly values = new Set<T>();

  get empty(): boolean {
    return this.children.size === 0 && this.values.size === 0;
  }
}

/**
 * Values under subject patterns, found by concrete subject.
 *
 * - A node per token; `*` and `>` are ordinary keys that a lookup also visits.
 * - A lookup costs one step per token, however many patterns there are.
 * - Nodes without values are removed, so that ended calls leave nothing behind.
 */
export class SubjectTrie<T> {
  readonly #root = new Node<T>();

  add(pattern: string, value: T): void {
    let node = this.#root;
    for (const token of pattern.split(".")) {
      let child = node.children.get(token);
      if (!child) node.children.set(token, child = new Node());
      node = child;
    }
    node.values.add(value);
  }

  delete(pattern: string, value: T): void {
    const path: [Node<T>, string][] = [];
    let node = this.#root;
    for (const token of pattern.split(".")) {
      const child = node.children.get(token);
      if (!child) return;
      path.push([node, token]);
      node = child;
    }
    node.values.delete(value);
    for (const [parent, token] of path.reverse()) {
      if (parent.children.get(token)?.empty) parent.children.delete(token);
    }
  }

  /** The values of every pattern that matches `subject`, in no particular order. */
  match(subject: string): T[] {
    const found: T[] = [];
    collect(this.#root, subject.split("."), 0, found);
    return found;
  }

  /** Whether nothing is kept. */
  get empty(): boolean {
    return this.#root.empty;
  }
}

function collect<T>(node: Node<T>, tokens: readonly string[], at: number, found: T[]): void {
  const token = tokens[at];
  if (token === undefined) {
    found.push(...node.values);
    return;
  }
  const rest = node.children.get(">");
  if (rest) found.push(...rest.values);
  const any = node.children.get("*");
  if (any) collect(any, tokens, at + 1, found);
  const exact = node.children.get(token);
  if (exact) collect(exact, tokens, at + 1, found);
}
