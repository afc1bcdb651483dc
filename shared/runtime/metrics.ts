import { Counter, Gauge, Histogram, Registry } from "prom-client";

/**
 * The metrics of one process in Prometheus's text format. Asking twice for a name gives the same metric, so
 * that several services can share a process. Names: ARCHITECTURE.md.
 */
export class Metrics {
  readonly #registry = new Registry();

  counter<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> {
    return this.#existing<Counter<L>>(name) ??
      new Counter<L>({ name, help, labelNames, registers: [this.#registry] });
  }

  /** @param read gives the value whenever it is asked for, of a gauge without labels; of the first who names it. */
  gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    read?: () => number,
  ): Gauge<L> {
    const collecting = read && {
      collect(this: Gauge<L>) {
        this.set(read());
      },
    };
    return this.#existing<Gauge<L>>(name) ??
      new Gauge<L>({ name, help, labelNames, registers: [this.#registry], ...collecting });
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> {
    return this.#existing<Histogram<L>>(name) ??
      new Histogram<L>({ name, help, buckets, labelNames, registers: [this.#registry] });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #existing<M>(name: string): M | undefined {
    return this.#registry.getSingleMetric(name) as M | undefined;
  }
}
