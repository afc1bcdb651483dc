/** The client's `connect`, with sockets whose late errors do not end the process. */
import type { EventEmitter } from "node:events";
import { connect, type NatsConnection, type NodeConnectionOptions, ProtocolHandler } from "nats";

/** The methods by which the client's transport opens sockets. */
const OPENERS = ["dial", "startTLS", "tlsFirst"] as const;
type Open = (this: unknown, ...args: unknown[]) => Promise<EventEmitter>;
type Transport = Record<(typeof OPENERS)[number], Open>;

let guarding = false;
const ignore = () => {};

/**
 * Connects as the client does.
 *
 * The client removes all listeners of a socket that it gives up. When the server has reset the connection at that
 * very moment, as it does on refused credentials, the socket emits `error` without a listener, which is uncaught.
 */
export function connectGuarded(options: NodeConnectionOptions): Promise<NatsConnection> {
  if (!guarding) guardTransports();
  guarding = true;
  return connect(options);
}

/** The client exports its transports by nothing but the handler that makes one before each attempt. */
function guardTransports(): void {
  const guarded = new WeakSet<object>();
  const prepare = ProtocolHandler.prototype["prepare"];
  ProtocolHandler.prototype["prepare"] = function () {
    const prepared = prepare.call(this);
    const transport: Transport = Object.getPrototypeOf(this.transport);
    if (!guarded.has(transport)) guard(transport);
    guarded.add(transport);
    return prepared;
  };
}

function guard(transport: Transport): void {
  for (const name of OPENERS) {
    const open = transport[name];
    transport[name] = async function (...args) {
      return ignoreLateErrors(await open.apply(this, args));
    };
  }
}

/** An `error` finds a listener from now on, even after `removeAllListeners()`. */
export function ignoreLateErrors<T extends EventEmitter>(socket: T): T {
  const removeAllListeners = socket.removeAllListeners;
  // Without an argument it means all events, and `undefined` would be one.
  socket.removeAllListeners = function (...events) {
    removeAllListeners.apply(this, events);
    return this.off("error", ignore).on("error", ignore);
  };
  return socket.on("error", ignore);
}
