import type { Bus } from "shared/bus/bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import { Businesses } from "shared/runtime/worker/businesses.ts";
import { startWorker } from "shared/runtime/worker/worker.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { type Business, speakerOf } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import type { DialogSettings } from "./config.ts";
import { Conversation, type ConversationContext } from "./conversation.ts";
import { dialogMaker } from "./dialog_maker.ts";
import type { Dialog } from "./dialog/dialog.ts";
import { HttpTools } from "./dialog/tools/http_tools.ts";
import { resolveName } from "./dialog/tools/tool_addresses.ts";
import { type PostToTool, toolPoster } from "./dialog/tools/tool_poster.ts";
import { weighByLetters, type WordWeight } from "./speech/words_heard.ts";
import { type DialogMetrics, dialogMetrics } from "./dialog_metrics.ts";
import { GreetingRequests } from "./greeting/greeting_requests.ts";
import { GreetingSource } from "./greeting/greeting_source.ts";
import { Recordings } from "./greeting/recordings.ts";

const NAME = "dialog-tts-service";

export interface DialogTtsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stores: Stores;
  /** The content of `BUSINESS_FILE`, for when the store is away. */
  readonly businesses: readonly Business[];
  /** Open; its owner closes it. */
  readonly synthesizer: Synthesizer;
  /** Says in English what must be said when the synthesizer says nothing: embedded, and open. Default: the same. */
  readonly lastResort?: Synthesizer;
  readonly settings: DialogSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How long a word is spoken, against others. Default: by its letters. */
  readonly weigh?: WordWeight;
  /** Reaches the language model. Default: the global one. */
  readonly fetch?: typeof fetch;
  /** Who talks for a business. Default: as the settings say. */
  readonly dialogOf?: (business: Business) => Dialog;
  /** Reaches the tools of businesses. Default: over HTTP. */
  readonly postToTool?: PostToTool;
  /** Unique among the workers of this service. */
  readonly instance: string;
}

/** Greets and answers calls: offers in, speech out. Takes offers when the recordings are made. */
export async function startDialogTts(options: DialogTtsOptions): Promise<Service> {
  const { bus, clock, stores, synthesizer, settings, instance } = options;
  const log = options.log.with({ service: NAME });
  const metrics = dialogMetrics(options.metrics);
  const businesses = new Businesses({
    store: stores.businesses,
    file: options.businesses,
    clock,
    log,
  });
  await businesses.preload();
  const recordings = await openRecordings(options, businesses, log);
  const greetings = greetingSource(options, recordings, businesses, metrics, log);
  const dialogOf = options.dialogOf ?? await dialogMaker({ ...options, recordings, log });
  const context: ConversationContext = {
    bus,
    clock,
    conversations: stores.conversations,
    synthesizer,
    greetings,
    recordings,
    dialogOf,
    tools: httpTools(options, log),
    weigh: options.weigh ?? weighByLetters,
    refractoryMs: settings.replyRefractoryMs,
    idlePromptMs: settings.idlePromptMs,
    metrics,
    log,
  };
  const worker = startWorker({
    name: NAME,
    role: "dialog",
    bus,
    clock,
    instance,
    capacity: settings.dialogCapacity,
    findBusiness: (id, deadlineMs) => businesses.find(id, deadlineMs),
    open: (offer, business) => {
      recordings.prepare(speakerOf(business));
      return new Conversation(context, offer, business);
    },
    metrics,
    log,
  });
  return {
    ...worker,
    async stop() {
      recordings.close();
      await worker.stop();
    },
  };
}

function httpTools(
  { clock, settings, metrics, postToTool = toolPoster() }: DialogTtsOptions,
  log: Log,
): HttpTools {
  return new HttpTools({
    clock,
    unixNow: Date.now,
    allowPrivate: settings.toolsPrivateAddresses,
    resolve: resolveName,
    post: postToTool,
    log,
    metrics,
  });
}

/** Renders what must be sayable whatever becomes of the synthesizer, before the first call. */
function openRecordings(
  { synthesizer, lastResort, clock }: DialogTtsOptions,
  businesses: Businesses,
  log: Log,
): Promise<Recordings> {
  const options = { synthesizer, clock, log, ...(lastResort && { lastResort }) };
  return Recordings.open(options, [...businesses.copies].map(speakerOf));
}

function greetingSource(
  { bus, clock, stores, synthesizer }: DialogTtsOptions,
  recordings: Recordings,
  businesses: Businesses,
  metrics: DialogMetrics,
  log: Log,
): GreetingSource {
  const requests = new GreetingRequests({ bus, clock, log });
  return new GreetingSource({
    greetings: stores.greetings,
    recordings,
    synthesizer,
    clock,
    onMiss: (businessId, reason) => {
      metrics.greetingMisses.inc({ reason });
      const version = businesses.copy(businessId)?.version ?? 1;
      void requests.ask({ business_id: businessId, version });
    },
  });
}
