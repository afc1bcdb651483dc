import type { Context } from "hono";
import type { Log } from "shared/runtime/log.ts";
import type { BusinessStore } from "shared/store/stores.ts";
import { pathIdError, readBusinessUpdate } from "./business_update.ts";
import type { BusinessWriter, Conflict } from "./business_writer.ts";
import { fromStore } from "./from_store.ts";
import { sortedById } from "./greeting_states.ts";
import { shown } from "./hidden_secrets.ts";
import { readJsonBody } from "./json_body.ts";
import type { Methods } from "./paths.ts";
import { fieldsResponse, problemResponse } from "./problem.ts";

export interface BusinessRoutesOptions {
  readonly stores: { readonly businesses: BusinessStore };
  readonly writer: BusinessWriter;
  readonly log: Log;
}

/** What is answered about businesses: all of them, and one. */
export function businessRoutes(
  options: BusinessRoutesOptions,
): { readonly all: Methods; readonly one: Methods } {
  const { businesses } = options.stores;
  const ofId = (answer: (c: Context, id: string) => Promise<Response>) => (c: Context) => {
    const id = c.req.param("id") ?? "";
    const wrong = pathIdError(id);
    return wrong ? fieldsResponse([wrong]) : answer(c, id);
  };
  return {
    all: {
      GET: async (c) => {
        const all = sortedById(await fromStore(businesses.list()));
        return c.json({ businesses: all.map(shown) });
      },
    },
    one: {
      GET: ofId(async (c, id) => {
        const business = await fromStore(businesses.get(id));
        return business ? c.json(shown(business)) : unknown(id);
      }),
      PUT: (c) => put(c, options),
      DELETE: ofId((c, id) => remove(c, id, options)),
    },
  };
}

async function put(c: Context, { writer, log }: BusinessRoutesOptions): Promise<Response> {
  const body = await readJsonBody(c.req.raw);
  if (!body.ok) return body.response;
  const read = readBusinessUpdate(c.req.param("id") ?? "", body.value);
  if (!read.ok) return fieldsResponse(read.errors);
  const result = await writer.put(read.update);
  if (result.outcome === "secrets") return fieldsResponse(result.errors);
  if (!("business" in result)) return conflict(result);
  const { outcome, business } = result;
  const { id, version } = business;
  if (outcome !== "unchanged") log.info("business changed", { business: id, version, outcome });
  return c.json(shown(business), outcome === "created" ? 201 : 200);
}

async function remove(
  c: Context,
  id: string,
  { writer, log }: BusinessRoutesOptions,
): Promise<Response> {
  const given = c.req.query("version");
  const version = given === undefined ? undefined : Number(given);
  if (version !== undefined && !(/^\d{1,10}$/.test(given ?? "") && version > 0)) {
    return fieldsResponse([{ field: "version", message: "a whole number from 1" }]);
  }
  const result = await writer.delete(id, version);
  if (result.outcome === "unknown") return unknown(id);
  if (result.outcome !== "deleted") return conflict(result);
  log.info("business changed", { business: id, version: result.version, outcome: "deleted" });
  return c.body(null, 204);
}

const unknown = (id: string) => problemResponse(404, `There is no business ${id}`);

function conflict(of: Conflict): Response {
  if (of.outcome === "number") {
    const { number, holder } = of;
    const detail = `Cannot take ${number}: it reaches the business ${holder}`;
    return problemResponse(409, detail, { number, business: holder });
  }
  const { current } = of;
  const stored = current === null ? "none is stored" : `version ${current} is stored`;
  return problemResponse(409, `Cannot change another version than the one read: ${stored}`, {
    current,
  });
}
