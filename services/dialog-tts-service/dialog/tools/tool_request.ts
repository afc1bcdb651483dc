/** PURE. What is sent to a tool, and what shows that it comes from us. */
import { createHmac } from "node:crypto";
import type { BusinessTool } from "shared/store/business.ts";

export interface ToolRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whose use of a tool it is. */
export interface ToolUser {
  readonly call: string;
  readonly businessId: string;
}

/** @param unixSeconds part of what is signed, so that nobody can send it again later */
export function toolRequest(
  { name, secret }: Pick<BusinessTool, "name" | "secret">,
  args: Readonly<Record<string, unknown>>,
  { call, businessId }: ToolUser,
  unixSeconds: number,
): ToolRequest {
  const body = JSON.stringify({ tool: name, arguments: args, call, business: businessId });
  const headers = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": "Kav",
  };
  if (secret === undefined) return { headers, body };
  const timestamp = String(unixSeconds);
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return {
    headers: {
      ...headers,
      "x-kav-timestamp": timestamp,
      "x-kav-signature": `sha256=${signature}`,
    },
    body,
  };
}
