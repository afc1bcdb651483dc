import { z } from "zod";
import { millisecondsOf } from "./points.ts";

/** `500ms`, `3.2s`; milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = millisecondsOf(text);
  if (ms === undefined) context.addIssue(`a time as 500ms or 3.2s, received ${text}`);
  return ms ?? 0;
});
