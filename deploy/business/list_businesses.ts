import type { StoredBusiness } from "../api/answers.ts";
import { type ApiSession, sayProblem } from "../api/session.ts";
import { shortened, textTable } from "../text_table.ts";

const GREETING_LENGTH = 40;
const NAME_LENGTH = 30;
const HEAD = ["id", "version", "name", "numbers", "language", "greeting"];

/** `business list`. @returns the exit code */
export async function listBusinesses(session: ApiSession, json: boolean): Promise<number> {
  const { client, print } = session;
  const result = await client.list();
  if (result.kind !== "done") return sayProblem(session, "Cannot list the businesses", result);
  if (json) print(JSON.stringify({ businesses: result.value }, null, 2));
  else for (const line of businessTable(result.value)) print(line);
  return 0;
}

function businessTable(businesses: readonly StoredBusiness[]): string[] {
  if (businesses.length === 0) return ["no businesses"];
  const rows = businesses.map(({ id, version, name, called_numbers, language, greeting }) => [
    id,
    String(version),
    shortened(name, NAME_LENGTH),
    called_numbers.join(" "),
    language,
    shortened(greeting.text, GREETING_LENGTH),
  ]);
  return textTable(HEAD, rows);
}
