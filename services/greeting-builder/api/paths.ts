import type { Handler } from "hono";

/** The paths of the API, as OpenAPI writes them. */
export const PATHS = {
  businesses: "/api/businesses",
  business: "/api/businesses/{id}",
  greetings: "/api/greetings",
  openApi: "/api/openapi.json",
} as const;

export type ApiPath = typeof PATHS[keyof typeof PATHS];

/** What answers at one path, by method. `HEAD` goes with `GET`. */
export type Methods = Readonly<Partial<Record<"GET" | "PUT" | "DELETE", Handler>>>;

/** The same path in Hono's words: `/api/businesses/:id`. */
export function routePath(path: ApiPath): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
