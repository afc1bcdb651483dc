/** Who calls when. PURE. */

export interface LoadSize {
  readonly calls: number;
  /** In which all of them start. */
  readonly seconds: number;
  readonly businesses: number;
}

export interface PlannedCall {
  /** After the start of the load. */
  readonly dueMs: number;
  /** From 0. */
  readonly business: number;
}

/** Calls evenly through the time, to all businesses in turn. */
export function planCalls({ calls, seconds, businesses }: LoadSize): PlannedCall[] {
  const apartMs = seconds * 1_000 / calls;
  return Array.from({ length: calls }, (_, i) => ({
    dueMs: i * apartMs,
    business: i % businesses,
  }));
}
