/** `deno task calls`: one command from its request to its exit code. */
import type { CallRecord, CallRecordStore } from "shared/store/stores.ts";
import { type CallsRequest, SEARCHED_CALLS } from "./arguments.ts";
import { callList } from "./call_list.ts";
import { callText } from "./call_text.ts";
import type { Paint } from "./paint.ts";

export interface CallsDesk {
  readonly store: Pick<CallRecordStore, "get" | "list">;
  /** A line of the answer. */
  readonly print: (line: string) => void;
  /** A line about it. */
  readonly note: (line: string) => void;
  readonly paint: Paint;
}

/** @returns the exit code: 0 done, 1 there is no such call. Rejects where the store does. */
export function runCallsCommand(desk: CallsDesk, request: CallsRequest): Promise<number> {
  return request.command === "list" ? list(desk, request) : show(desk, request);
}

async function list(
  { store, print }: CallsDesk,
  { limit, business, json }: Extract<CallsRequest, { command: "list" }>,
): Promise<number> {
  const records = business === undefined
    ? await store.list(limit)
    : (await store.list(SEARCHED_CALLS))
      .filter(({ businessId }) => businessId === business).slice(0, limit);
  if (json) print(JSON.stringify({ calls: records }, null, 2));
  else for (const line of callList(records)) print(line);
  return 0;
}

async function show(
  { store, print, note, paint }: CallsDesk,
  { id, json }: Extract<CallsRequest, { command: "show" }>,
): Promise<number> {
  const found = await find(store, id);
  if (!found.ok) {
    note(found.problem);
    return 1;
  }
  if (json) print(JSON.stringify(found.record, null, 2));
  else for (const line of callText(found.record, paint)) print(line);
  return 0;
}

type Found =
  | { readonly ok: true; readonly record: CallRecord }
  | { readonly ok: false; readonly problem: string };

async function find(store: CallsDesk["store"], id: string): Promise<Found> {
  const record = await store.get(id);
  if (record) return { ok: true, record };
  const calls = (await store.list(SEARCHED_CALLS)).filter(({ call }) => call.startsWith(id));
  const [only] = calls;
  if (only && calls.length === 1) return { ok: true, record: only };
  const problem = only
    ? `${calls.length} calls begin with ${id}, as ${only.call} and ${
      calls[1]!.call
    }: give more of it`
    : `There is no call ${id} (\`deno task calls list\` tells which there are)`;
  return { ok: false, problem };
}
