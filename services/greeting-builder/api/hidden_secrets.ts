/** Keys of tools: whoever reads a business does not see them, and writes it back without losing them. */
import { z } from "zod";
import { type Business, business, toolsWith } from "shared/store/business.ts";
import type { FieldError } from "./problem.ts";

/** In place of a secret. Too short to be one. */
export const HIDDEN = "********";

const { secret } = business.shape.tools.unwrap().element.shape;

/** A business as it is shown. */
export const shownBusiness = business.extend({ tools: toolsWith(z.literal(HIDDEN)) });
/** Tools as they are written: what was hidden stays as it is. */
export const writtenTools = toolsWith(z.union([z.literal(HIDDEN), secret.unwrap()]));

/** Without its secrets. */
export function shown(of: Business): Business {
  const tools = of.tools.map((tool) =>
    tool.secret === undefined ? tool : { ...tool, secret: HIDDEN }
  );
  return { ...of, tools };
}

export type SecretsResult<Update> =
  | { readonly ok: true; readonly update: Update }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** What is written, with the stored secret of each tool whose own is hidden. */
export function withSecrets<Update extends Pick<Business, "tools">>(
  update: Update,
  stored: Business | undefined,
): SecretsResult<Update> {
  const known = new Map(stored?.tools.map(({ name, secret }) => [name, secret]));
  const errors: FieldError[] = [];
  const tools = update.tools.map((tool, i) => {
    if (tool.secret !== HIDDEN) return tool;
    const secret = known.get(tool.name);
    if (secret !== undefined) return { ...tool, secret };
    const message = `no secret of the tool ${tool.name} is stored, which this would leave as it is`;
    errors.push({ field: `tools.${i}.secret`, message });
    return tool;
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, update: { ...update, tools } };
}
