import { type GetEnv, readSettings } from "shared/runtime/env.ts";
import { busLogin } from "shared/runtime/standalone/bus_login.ts";
import type { BusLogin } from "shared/runtime/standalone/bus_login.ts";
import { busSettings } from "shared/runtime/standalone/settings.ts";
import { inboxPrefix, passwordVariable } from "./users.ts";

const DEFAULT_URL = "nats://127.0.0.1:4222";

export type AdminLogin = BusLogin & { readonly user: string; readonly inboxPrefix: string };

export type AdminLoginResult =
  | { readonly ok: true; readonly login: AdminLogin }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The settings of a service's connection, with the user `admin` and its password where they name nobody. */
export function adminLogin(get: GetEnv): AdminLoginResult {
  const settings = readSettings(busSettings, (name) => {
    const value = get(name);
    return name === "NATS_URL" && !value?.trim() ? DEFAULT_URL : value;
  });
  if (!settings.ok) return settings;
  const result = busLogin(settings.values, Deno.readTextFileSync);
  if (!result.ok) return result;
  const user = result.login.user ?? "admin";
  const password = result.login.password ?? get(passwordVariable("admin"));
  return {
    ok: true,
    login: {
      ...result.login,
      user,
      inboxPrefix: settings.values.natsInboxPrefix || inboxPrefix(user),
      ...(password ? { password } : {}),
    },
  };
}
