import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type { UncoveredAudio } from "shared/speech/uncovered_audio.ts";
import { Congestion } from "./congestion.ts";
import { requestPlace } from "./place_request.ts";
import {
  FailureStreak,
  isRenewalDue,
  judge,
  type RenewalReason,
  type StreamLimits,
  wasWell,
} from "./renewal_policy.ts";
import type {
  HearingConfig,
  SpeechConnections,
  StreamPlace,
  StreamResponse,
} from "./speech_api.ts";
import { StreamSession } from "./stream_session.ts";
import { asFailure, stuck } from "./stt_failures.ts";

/** The old stream still serves: there is time until the next attempt to renew it. */
const RENEWAL_RETRY_MS = 5_000;

/** What streams and whole utterances of one call need alike. */
export interface HearingContext {
  readonly clock: Clock;
  readonly config: HearingConfig;
  readonly audio: UncoveredAudio;
  /** Those at hand: of the region, or by default. */
  readonly connections: () => SpeechConnections;
  /** They do not serve the language. @returns false when there are no others. */
  readonly leaveConnections: () => boolean;
}

export interface StreamingOptions extends HearingContext {
  readonly batchFrames: number;
  readonly limits: StreamLimits;
}

export interface StreamingListener {
  /** A stream was opened, and has got everything that waited. */
  onOpened(session: StreamSession, reason: RenewalReason | undefined): void;
  onResponse(session: StreamSession, response: StreamResponse): void;
  /** No stream is open; the next one will be. */
  onBroken(): void;
  /** It goes on after it. */
  onError(failure: EngineFailure): void;
  /** Takes audio again. */
  onReady(): void;
  /** Too many failures in a row. It has stopped. */
  onGivenUp(failure: EngineFailure | undefined): void;
  /** It is certain that it cannot be done. It has stopped. */
  onFailed(failure: EngineFailure): void;
}

/** Keeps one stream open for a call: renews it in time and after failures, the new one before the old one goes. */
export class StreamingHearing {
  readonly #options: StreamingOptions;
  readonly #listener: StreamingListener;
  readonly #streak = new FailureStreak();
  readonly #congestion: Congestion;
  #session: StreamSession | undefined;
  #opening: AbortController | undefined;
  #cancelRetry: Cancel | undefined;
  /** A stream had been well since the other side was unreachable last. */
  #wasThere = false;
  /** Frames before this one were sent on some stream. */
  #sentIndex = 0;

  constructor(options: StreamingOptions, listener: StreamingListener) {
    this.#options = options;
    this.#listener = listener;
    this.#congestion = new Congestion(options.clock, {
      onRelieved: () => listener.onReady(),
      onPersists: () => this.#breakOff("error", stuck("The transport does not take the audio")),
    });
  }

  get isCongested(): boolean {
    return this.#congestion.isCongested;
  }

  /** The stream that results come from. */
  get session(): StreamSession | undefined {
    return this.#session;
  }

  /** The newest frames that no stream got. */
  get unsentFrames(): number {
    return this.#options.audio.nextIndex - this.#sentIndex;
  }

  start(): void {
    this.#open(undefined);
  }

  stop(): void {
    this.#opening?.abort();
    this.#opening = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#dropSession();
  }

  /** A frame was written to the audio. Calls no listener. @param isCalm whether a renewal disturbs nobody. */
  feed(nowMs: number, isCalm: boolean): void {
    const session = this.#session;
    if (!session) return;
    session.feed();
    this.#sentIndex = session.nextIndex;
    this.#congestion.observe(session);
    if (this.#opening || this.#cancelRetry) return;
    if (isRenewalDue(this.#options.limits, session.ageMs(nowMs), isCalm)) this.#open("age");
  }

  /** The stream does not answer. */
  renewStuck(): void {
    this.#breakOff("stuck", stuck("Speech got no answer, though the endpoint is there"));
  }

  #open(reason: RenewalReason | undefined): void {
    const { clock, connections } = this.#options;
    const opening = this.#opening = new AbortController();
    requestPlace(clock, connections(), opening.signal)
      .then((place) => {
        if (opening.signal.aborted) place?.release();
        else if (place) this.#switchTo(place, reason);
      })
      .catch((error) => {
        if (!opening.signal.aborted) this.#notOpened(asFailure(error), reason);
      });
  }

  #switchTo(place: StreamPlace, reason: RenewalReason | undefined): void {
    const session = this.#openSession(place);
    this.#opening = undefined;
    session.replay();
    this.#sentIndex = session.nextIndex;
    if (this.#session) this.#wasThere = true;
    const wasCongested = this.#dropSession();
    this.#session = session;
    this.#congestion.observe(session);
    this.#listener.onOpened(session, reason);
    if (wasCongested && !this.isCongested) this.#listener.onReady();
  }

  /** @throws {Error} when the connection was closed meanwhile. */
  #openSession(place: StreamPlace): StreamSession {
    const maxReplayFrames = Math.floor(this.#options.limits.hardMs / 2 / FRAME_MS);
    try {
      return new StreamSession({ ...this.#options, place, maxReplayFrames }, {
        onResponse: (session, response) => {
          this.#streak.answered();
          this.#listener.onResponse(session, response);
        },
        onEnd: (_session, failure) => this.#breakOff(failure ? "error" : "end", failure),
      });
    } catch (error) {
      place.release();
      throw error;
    }
  }

  #notOpened(failure: EngineFailure, reason: RenewalReason | undefined): void {
    this.#opening = undefined;
    if (!this.#session) return this.#failed(failure, undefined, reason ?? "error");
    this.#cancelRetry = after(this.#options.clock, RENEWAL_RETRY_MS, () => {
      this.#cancelRetry = undefined;
    });
    this.#listener.onError(failure);
  }

  #breakOff(reason: RenewalReason, failure: EngineFailure | undefined): void {
    const session = this.#session;
    if (!session) return;
    const wasCongested = this.#dropSession();
    this.#failed(failure, session, reason);
    if (wasCongested) this.#listener.onReady();
  }

  #failed(
    failure: EngineFailure | undefined,
    session: StreamSession | undefined,
    reason: RenewalReason,
  ): void {
    const { clock, leaveConnections } = this.#options;
    const nowMs = clock.now();
    const livedMs = session ? nowMs - session.openedMs : 0;
    const stream = session && { hasAnswered: session.hasAnswered, livedMs };
    if (stream && wasWell(stream)) this.#wasThere = true;
    const verdict = judge(failure, stream, this.#wasThere);
    if (failure?.kind === "unreachable") this.#wasThere = false;
    if (verdict === "over" || (verdict === "elsewhere" && !leaveConnections())) {
      this.stop();
      return this.#listener.onFailed(failure!);
    }
    const healthMs = reason === "stuck" ? 0 : livedMs;
    const delayMs = verdict === "count" ? this.#streak.failed(nowMs, healthMs) : 0;
    if (delayMs === undefined) {
      this.stop();
      return this.#listener.onGivenUp(failure);
    }
    // The listener may stop it.
    this.#retry(delayMs, reason);
    this.#listener.onBroken();
    if (failure) this.#listener.onError(failure);
  }

  #retry(delayMs: number, reason: RenewalReason): void {
    // A renewal that was under way becomes the repair.
    if (this.#opening) return;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (delayMs === 0) return this.#open(reason);
    this.#cancelRetry = after(this.#options.clock, delayMs, () => {
      this.#cancelRetry = undefined;
      this.#open(reason);
    });
  }

  /** @returns whether nobody could write to it: now one can. */
  #dropSession(): boolean {
    const wasCongested = this.#congestion.isCongested;
    this.#congestion.stop();
    this.#session?.stop();
    this.#session = undefined;
    return wasCongested;
  }
}
