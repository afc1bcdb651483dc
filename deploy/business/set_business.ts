import type { ApiResult, PutDone } from "../api/client.ts";
import { type ApiSession, sayProblem } from "../api/session.ts";
import { type BusinessText, readBusinessText } from "./business_text.ts";

type Read = Extract<BusinessText, { ok: true }>;

export interface SetOptions {
  readonly text: string;
  /** How the text is called in problems. */
  readonly path: string;
  /** Whether it goes over whatever is stored. */
  readonly force: boolean;
}

/** `business set`. @returns the exit code */
export async function setBusiness(session: ApiSession, options: SetOptions): Promise<number> {
  const { text, path, force } = options;
  const read = readBusinessText(text, path);
  if (!read.ok) {
    for (const problem of read.problems) session.note(problem);
    return 1;
  }
  const over = force ? await storedVersion(session, read.business.id) : { version: read.version };
  if ("problem" in over) return over.problem;
  const result = await session.client.put(read.business, over.version);
  if (result.kind === "done") {
    session.print(`${read.business.id}: ${storedText(result.value, over.version)}`);
    return 0;
  }
  return refused(session, read, result);
}

/** What has become of a business that replaced this version. */
export function storedText({ created, business: { version } }: PutDone, over: unknown): string {
  if (created) return `created version ${version}`;
  return version === over
    ? `unchanged, version ${version}`
    : `version ${version} stored (was ${over})`;
}

async function storedVersion(
  session: ApiSession,
  id: string,
): Promise<{ version: number | undefined } | { problem: number }> {
  const stored = await session.client.get(id);
  if (stored.kind === "done") return { version: stored.value.version };
  if (stored.kind === "unknown_business") return { version: undefined };
  return { problem: sayProblem(session, `Cannot store ${id}`, stored) };
}

function refused(
  session: ApiSession,
  { business: { id }, version, placed }: Read,
  result: Exclude<ApiResult<PutDone>, { kind: "done" }>,
): number {
  const { note } = session;
  if (result.kind === "fields") {
    for (const error of result.errors) note(placed(error));
    return 1;
  }
  if (result.kind !== "version") return sayProblem(session, `Cannot store ${id}`, result);
  for (const line of versionLines(id, version, result.current)) note(line);
  return 1;
}

function versionLines(id: string, version: unknown, current: number | null): string[] {
  const given = version === undefined ? "no version" : `version ${version}`;
  if (current === null) {
    return [
      `Cannot store ${id}: it is not stored any more, and the text has ${given}`,
      "Leave `version` out to create it, or store it with --force",
    ];
  }
  const newer = typeof version === "number" && current > version;
  return [
    `Cannot store ${id}: version ${current} is stored, and the text has ${given}` +
    (newer ? ": somebody has changed it since it was read" : ""),
    `See it with \`deno task business show ${id}\` and apply the change to that, or store it with --force`,
  ];
}
