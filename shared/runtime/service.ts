/** A part that runs: started by its `start…` function, then handled through this. */
export interface Service {
  readonly name: string;
  /** Whether it can take calls: engines open, bus connected, not draining. */
  ready(): boolean;
  /** Takes no new call; resolves after the last one has ended. */
  drain(): Promise<void>;
  /** Ends everything it holds: calls, timers, workers, sockets. */
  stop(): Promise<void>;
}
