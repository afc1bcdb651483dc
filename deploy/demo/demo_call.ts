import type { Bus } from "shared/bus/bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import type { Business } from "shared/store/business.ts";
import { heardTextOf } from "shared/store/heard_text.ts";
import type { ConversationStore } from "shared/store/stores.ts";
import { newSid, placeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { ConversationWatch } from "./conversation_watch.ts";
import { criteria, type Row } from "./criteria.ts";
import { measure } from "./measurements.ts";
import { planDemo } from "./plan.ts";
import { runDemoCall } from "./script.ts";
import { TelemetryTap } from "./telemetry_tap.ts";
import { stamped } from "./stamp.ts";

export interface DemoOptions {
  /** Where Kav listens, e.g. `http://127.0.0.1:8080`. */
  readonly webhook: string;
  readonly authToken?: string;
  readonly business: Business;
  readonly bus: Bus;
  readonly conversations: ConversationStore;
  /** The caller's voice: mu-law of a text. */
  readonly speak: (text: string) => Promise<Uint8Array>;
  /** Whether this machine recognizes speech; without it the call goes by keypad. */
  readonly recognition: boolean;
  /** How often Kav has warned of a full queue so far. */
  readonly fullQueueWarnings: () => number;
  readonly print: (line: string) => void;
}

export interface DemoResult {
  readonly rows: readonly Row[];
  /** Both sides of the call: a stereo WAV, the caller left. */
  readonly recording: Uint8Array;
}

/** How the dialog notes a key; the caller's own line has told that already. */
const PRESSED = /^key .$/;

/** Calls Kav once, prints the conversation as it happens, and judges it. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { webhook, authToken, business, bus, conversations, speak, recognition, print } = options;
  const clock = new SystemClock();
  const callSid = newSid("CA");
  const telemetry = new TelemetryTap(bus, clock, callSid);
  const startedMs = clock.now();
  const say = (who: string, what: string) => print(stamped(clock.now() - startedMs, who, what));
  const events = new ConversationWatch({
    conversations,
    clock,
    callSid,
    onTurn: (turn) => {
      const { asked } = turn;
      if (asked !== null && !PRESSED.test(asked)) say("heard", asked);
      say("kav", heardTextOf(turn));
    },
  });
  const call = await placeCall({
    webhook,
    to: business.called_numbers[0]!,
    callSid,
    clock,
    speak,
    ...(authToken === undefined ? {} : { authToken }),
  });
  const run = await runDemoCall(call, {
    plan: planDemo(business, recognition),
    events,
    print: (what) => say("caller", what),
  });
  events.stop();
  await bus.flush();
  telemetry.close();
  const measured = measure({
    call,
    telemetry,
    run,
    recognition,
    fullQueueWarnings: options.fullQueueWarnings(),
  });
  return { rows: criteria(measured), recording: call.recording() };
}
