/** In whose hands calls are. */
import { assertEquals } from "@std/assert";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import type { BenchCall, LiveKav } from "./live_kav.ts";

export const ROLES = ["stt", "dialog"] as const;

/** The edge that has a leg of a call, as it says itself; undefined while none does. */
export function edgeOf(kav: LiveKav, { callSid }: FakeCall, leg = 0): ServiceProcess | undefined {
  const signs = ["call started", callSid, `leg=${leg}`];
  const start = kav.lines.find(({ line }) => signs.every((sign) => line.includes(sign)));
  return start && kav.service(start.label);
}

/** How often an edge has offered a call again, in either role. */
export async function failoversOf(kav: LiveKav, edge = "edge-1"): Promise<number> {
  const names = ROLES.map((role) => `kav_failovers_total{role="${role}"}`);
  const counts = await Promise.all(names.map((name) => kav.sample(edge, name)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Nobody was declared dead: every call is with whom it was first. */
export async function assertNobodyLost(kav: LiveKav, calls: readonly BenchCall[]): Promise<void> {
  assertEquals(await failoversOf(kav), 0, "failovers");
  for (const { call } of calls) {
    for (const role of ROLES) assertEquals(kav.takersOf(call, role).length, 1, role);
  }
}
