/** `deno task business`: one command from its arguments to its exit code. */
import { type ApiSession, sayProblem } from "../api/session.ts";
import type { BusinessRequest } from "./arguments.ts";
import { writeBusinessText } from "./business_text.ts";
import { importBusinesses } from "./import_businesses.ts";
import { listBusinesses } from "./list_businesses.ts";
import { setBusiness } from "./set_business.ts";

/** @param readText of a file, or of standard input for "-"; may reject. @returns the exit code */
export async function runBusinessCommand(
  session: ApiSession,
  request: BusinessRequest,
  readText: (path: string) => Promise<string>,
): Promise<number> {
  switch (request.command) {
    case "list":
      return await listBusinesses(session, request.json);
    case "show":
      return await showBusiness(session, request.id, request.json);
    case "delete":
      return await deleteBusiness(session, request.id, request.version);
    case "set":
    case "import": {
      const { file, force } = request;
      const path = file === "-" ? "(standard input)" : file;
      const run = request.command === "set" ? setBusiness : importBusinesses;
      let text: string;
      try {
        text = await readText(file);
      } catch (error) {
        session.note(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
        return 1;
      }
      return await run(session, { text, path, force });
    }
  }
}

async function showBusiness(session: ApiSession, id: string, json: boolean): Promise<number> {
  const result = await session.client.get(id);
  if (result.kind !== "done") return sayProblem(session, `Cannot show ${id}`, result);
  const { value } = result;
  session.print(json ? JSON.stringify(value, null, 2) : writeBusinessText(value));
  return 0;
}

async function deleteBusiness(
  session: ApiSession,
  id: string,
  version: number | undefined,
): Promise<number> {
  const result = await session.client.delete(id, version);
  if (result.kind !== "done") return sayProblem(session, `Cannot delete ${id}`, result);
  session.print(`${id}: deleted`);
  return 0;
}
