/** Stand-ins for the tests of the endpointer: what happens by frame, what is told as lines. */
import { Endpointer, type SpeechEvent } from "../endpointer.ts";

/** Defaults of the service: promoted 500 ms (25 frames) after the last voiced frame. */
export const HANGOVER_FRAMES = 9;
export const OPTIONS = {
  hangoverMs: 180,
  timeoutMs: 320,
  debounceMs: 90,
  minSpeechMs: 200,
  sounded: () => false,
};

/** What happens, by frame of 20 ms; a result is about everything up to `to`. */
export type Step =
  | readonly [frame: number, "voice", through: number]
  | readonly [frame: number, "partial" | "final", text: string, to: number]
  | readonly [frame: number, "rejected", to: number];

export const at = (seq: number) => ({ seq, streamMs: seq * 20 });

function told(event: SpeechEvent): string {
  const { speech } = event;
  switch (event.kind) {
    case "speech_started":
      return `${speech} started ${event.seq}`;
    case "speech_sustained":
      return `${speech} sustained`;
    case "speech_ended":
      return `${speech} ended ${event.last_voiced_ms / 20}`;
    case "partial":
      return `${speech} partial ${event.text}`;
    case "final": {
      const kind = event.promoted ? "promoted" : "final";
      return `${speech} ${kind} ${event.text} ${event.from_seq}-${event.to_seq}`;
    }
    case "rejected":
      return `${speech} rejected ${event.from_seq}-${event.to_seq}`;
  }
}

/** Runs `steps` frame by frame to `lastFrame`; returns what was told, each with its frame. */
export function run(steps: readonly Step[], lastFrame = 400): string[] {
  const log: string[] = [];
  let frame = 0;
  const endpointer = new Endpointer({
    ...OPTIONS,
    emit: (event) => log.push(`${frame}: ${told(event)}`),
    onPromotedDiffers: () => log.push(`${frame}: differs`),
  });
  let through: number | undefined;
  for (; frame <= lastFrame; frame++) {
    for (const step of steps.filter(([when]) => when === frame)) {
      if (step[1] === "voice") {
        endpointer.onset(at(frame));
        through = step[2];
      } else if (step[1] === "rejected") endpointer.rejected(at(step[2]));
      else if (step[1] === "final") endpointer.final(step[2], at(step[3]));
      else endpointer.partial(step[2], at(step[3]), frame * 20);
    }
    if (through !== undefined) {
      if (frame <= through) endpointer.voiced(at(frame));
      else if (frame === through + HANGOVER_FRAMES) {
        endpointer.ended(at(through), frame * 20);
        through = undefined;
      }
    }
    if (frame * 20 >= (endpointer.wakeAtMs ?? Infinity)) endpointer.poll(frame * 20);
  }
  return log;
}

/** The caller speaks in frames 10 to 50; the hangover passes at 59, the timeout at 75. */
export const SPOKE: Step = [10, "voice", 50];
export const STARTED = "10: 1 started 10";
export const ENDED = "59: 1 ended 50";

/** A case of the table: its name, what happens, what is told. */
export type Case = readonly [name: string, steps: readonly Step[], expected: readonly string[]];
