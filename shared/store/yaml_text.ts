import { LineCounter, parseDocument } from "yaml";
import { YamlPositions } from "./yaml_positions.ts";

/** What is wrong with a text, and where. */
export interface YamlProblem {
  /** `line:column` */
  readonly at: string;
  readonly text: string;
}

export type YamlText =
  | { readonly ok: true; readonly value: unknown; readonly positions: YamlPositions }
  | { readonly ok: false; readonly problems: readonly YamlProblem[] };

/** Reads YAML into plain values, of which each can tell where it stands. Names all that is wrong with the syntax. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const positions = new YamlPositions(document, lines);
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos: [offset], message }) => ({
      at: positions.at(offset),
      text: `YAML: ${message}`,
    }));
    return { ok: false, problems };
  }
  try {
    return { ok: true, value: document.toJS(), positions };
  } catch (error) {
    // An anchor that is not there, or that expands without end, shows only here.
    const reason = error instanceof Error ? error.message : error;
    return { ok: false, problems: [{ at: "1:1", text: `YAML: ${reason}` }] };
  }
}
