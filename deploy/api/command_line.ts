/** What the command lines over the business API have in common. */
import type { GetEnv } from "shared/runtime/env.ts";
import { readUpFile } from "../up_file.ts";
import { ApiClient } from "./client.ts";
import type { ApiSession } from "./session.ts";
import { apiTarget } from "./target.ts";

/** Wrong arguments, or an address that cannot be one. */
export const WRONG_ARGUMENTS = 2;

/** Undefined, once said why, when it is not known where the API is or which token it wants. */
export function openSession(api: string | undefined, get: GetEnv): ApiSession | undefined {
  const target = apiTarget({ api, get, upFile: readUpFile });
  if (!target.ok) {
    console.error(target.problem);
    return undefined;
  }
  return {
    client: new ApiClient(target),
    address: target,
    print: (line) => console.log(line),
    note: (line) => console.error(line),
  };
}
