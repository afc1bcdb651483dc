import type { z } from "zod";
import type { Path } from "./yaml_positions.ts";

/** What a schema finds wrong with one field, in words for people. */
export interface SchemaProblem {
  readonly path: Path;
  readonly message: string;
  /** The field's name is what is wrong, not its value. */
  readonly isUnknownField: boolean;
}

/** One for each field that is wrong. */
export function schemaProblems(error: z.ZodError | undefined): SchemaProblem[] {
  return (error?.issues ?? []).flatMap((issue): SchemaProblem[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: "there is no such field",
        isUnknownField: true,
      }));
    }
    const isMissing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
    const message = isMissing ? "is missing" : issue.message;
    return [{ path: issue.path, message, isUnknownField: false }];
  });
}
