import { z } from "zod";

/** A `ToolUse` as it is stored. */
export const storedToolUse = z.object({
  name: z.string(),
  ms: z.number().min(0),
  outcome: z.enum(["ok", "failed", "timeout", "refused", "abandoned"]),
});
