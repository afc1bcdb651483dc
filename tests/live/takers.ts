import type { Bus } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { heartbeat } from "shared/bus/messages.ts";
import { ALL_HEARTBEATS, parseHeartbeatSubject, type Role } from "shared/bus/subjects.ts";

const SERVICES: Readonly<Record<Role, string>> = {
  stt: "stt-service",
  dialog: "dialog-tts-service",
};

/** Who has taken which call, in order, as the workers' heartbeats tell. */
export class Takers {
  /** By service and call. */
  readonly #takers = new Map<string, string[]>();

  /** @param bus of a user that may hear heartbeats */
  constructor(bus: Bus) {
    bus.subscribe(ALL_HEARTBEATS, ({ subject, data }) => {
      const service = parseHeartbeatSubject(subject)?.service;
      const decoded = decodeJson(heartbeat, data);
      if (!decoded.ok) return;
      const { instance, calls } = decoded.value;
      for (const call of calls) this.#note(`${service} ${call}`, instance);
    });
  }

  /** The instances that have had a call, in the order in which they took it. */
  of(call: string, role: Role): readonly string[] {
    return this.#takers.get(`${SERVICES[role]} ${call}`) ?? [];
  }

  #note(key: string, instance: string): void {
    const takers = this.#takers.get(key);
    if (!takers) this.#takers.set(key, [instance]);
    // An instance never takes a call again that it has lost.
    else if (!takers.includes(instance)) takers.push(instance);
  }
}
