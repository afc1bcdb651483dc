import type { Stage } from "./stage.ts";

/** What must be the same before a call and after it. */
export async function idleState(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  return {
    "clock.sleeping": stage.sleeping,
    "bus subscriptions": stage.bus.subjects.join(" "),
    "edge.calls": stage.kav.edge.calls,
    kav_calls: await stage.sample("kav_calls"),
    kav_dialog_calls: await stage.sample("kav_dialog_calls"),
    kav_stt_calls: await stage.sample("kav_stt_calls"),
    recognitions: stage.recognizer.recognitions,
    detectors: stage.vads.open,
    "model's answers": stage.model.open,
    "tools' answers": stage.tools.open,
    "synthesis under way": stage.synthesizer.requests.filter(({ state }) => state === "speaking")
      .map(({ text }) => text).join(" | "),
  };
}

/** What is not as it was. */
export function leaks(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(before).filter((name) => before[name] !== after[name])
    .map((name) => `left behind: ${name} was ${before[name]}, is ${after[name]}`);
}
