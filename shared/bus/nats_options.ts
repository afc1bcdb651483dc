import type { Clock } from "shared/clock/clock.ts";

/** How to reach nats-server and as whom. The first given of creds, nkey and user counts. */
export interface NatsConnectOptions {
  /** `nats://host:port` or `tls://host:port`; tried in turn. What a cluster announces besides is ignored. */
  readonly servers: readonly string[];
  /** Shown by nats-server for this connection. */
  readonly name: string;
  /** The subject under which answers come; the user must be allowed to subscribe to `{inboxPrefix}.>`. */
  readonly inboxPrefix: string;
  readonly user?: string;
  readonly password?: string;
  /** The text of a `.creds` file. */
  readonly creds?: string;
  /** `SU...` */
  readonly nkeySeed?: string;
  readonly tls?: NatsTls;
  readonly clock: Clock;
  readonly onEvent?: (event: NatsEvent) => void;
}

/**
 * PEM texts. Given at all, a server without TLS is refused. Name servers as their certificates do: under Deno
 * one given by address is checked as `localhost`.
 */
export interface NatsTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface NatsOptions extends NatsConnectOptions {
  readonly onEvent: (event: NatsEvent) => void;
  /** Told what a handler threw, or what a stream refused; the subject is empty for `onEvent` itself. */
  readonly onError: (error: unknown, subject: string) => void;
}

/** What happens to the connection, for metrics and logs. */
export type NatsEvent =
  /** An attempt to connect for the first time has failed; the next one follows. */
  | { readonly kind: "connecting"; readonly attempt: number; readonly error: Error }
  | { readonly kind: "connected"; readonly server: string }
  /** Reconnecting goes on until it succeeds or the bus is closed. */
  | { readonly kind: "disconnected"; readonly server: string }
  | { readonly kind: "reconnected"; readonly server: string; readonly awayMs: number }
  /** nats-server denies the user a permission. One event per refused publication: whoever logs it limits it. */
  | {
    readonly kind: "refused";
    readonly operation: "publish" | "subscribe";
    readonly subject: string;
    /** Names the missing permission and the user who lacks it. */
    readonly message: string;
  }
  /** nats-server had to give up on us because we did not read. */
  | { readonly kind: "slow_consumer"; readonly message: string }
  | { readonly kind: "error"; readonly error: Error };
