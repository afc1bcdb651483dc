import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type Business, business, businessFile } from "./business.ts";
import { checkBusinesses } from "./business_checks.ts";
import { type Path, pathText, YamlPositions } from "./yaml_positions.ts";

export type BusinessFileResult =
  | { readonly ok: true; readonly businesses: Business[] }
  /** Each as `path:line:column field: message`, in the order of the file. */
  | { readonly ok: false; readonly problems: string[] };

interface Problem {
  /** `line:column` */
  readonly at: string;
  readonly text: string;
}

/**
 * Reads a business file (YAML) and names everything that is wrong with it.
 *
 * @param path how the file is called in the problems
 */
export function parseBusinessFile(text: string, path: string): BusinessFileResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const positions = new YamlPositions(document, lines);
  const syntax = document.errors.map((error) => ({
    at: positions.at(error.pos[0]),
    text: `YAML: ${error.message}`,
  }));
  if (syntax.length > 0) return refused(syntax, path);

  const content = contentOf(document);
  if ("problem" in content) return refused([{ at: "1:1", text: content.problem }], path);
  const parsed = businessFile.safeParse(content.value);
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => issueProblems(issue, positions)),
    ...checkBusinesses(readable(content.value)).map(({ path, message }) => ({
      at: positions.ofValue(path),
      text: `${pathText(path)}: ${message}`,
    })),
  ];
  if (parsed.success && problems.length === 0) {
    return { ok: true, businesses: parsed.data.businesses };
  }
  return refused(problems, path);
}

/** The JSON Schema of a business file, as editors want it: fields with a default may be left out. */
export function businessJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(businessFile, { io: "input" }) };
}

/** Plain values. An anchor that is not there, or that expands without end, shows only here. */
function contentOf(document: Document): { value: unknown } | { problem: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    return { problem: `YAML: ${error instanceof Error ? error.message : error}` };
  }
}

/** The businesses that are right in themselves: the others are left out of the checks across businesses. */
function readable(content: unknown): (Business | undefined)[] {
  const list = (content as { businesses?: unknown } | null)?.businesses;
  if (!Array.isArray(list)) return [];
  return list.map((each) => business.safeParse(each).data);
}

function issueProblems(issue: z.core.$ZodIssue, positions: YamlPositions): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { at: positions.ofKey(path), text: `${pathText(path)}: there is no such field` };
    });
  }
  const path: Path = issue.path;
  return [{ at: positions.ofValue(path), text: `${pathText(path)}: ${messageOf(issue)}` }];
}

function messageOf({ code, message }: z.core.$ZodIssue): string {
  return code === "invalid_type" && message.endsWith("received undefined") ? "is missing" : message;
}

function refused(problems: readonly Problem[], path: string): BusinessFileResult {
  const order = ({ at }: Problem) => {
    const [line = 0, column = 0] = at.split(":").map(Number);
    return line * 1e6 + column;
  };
  return {
    ok: false,
    problems: [...problems]
      .sort((a, b) => order(a) - order(b))
      .map(({ at, text }) => `${path}:${at} ${text}`),
  };
}
