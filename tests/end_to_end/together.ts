import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { KavBench, type KavBenchOptions } from "./kav_bench.ts";

export type BenchTest = (bench: KavBench) => Promise<void>;

/** Registers tests on one bench that run at the same time, and fail each by itself. Each makes its own calls. */
export function together(
  name: string,
  options: KavBenchOptions | (() => KavBenchOptions),
  tests: Readonly<Record<string, BenchTest>>,
  { ignore = false }: { readonly ignore?: boolean } = {},
): void {
  describe(name, { ignore }, () => {
    let bench: KavBench | undefined;
    let outcomes: Promise<PromiseSettledResult<void>>[] = [];

    beforeAll(async () => {
      const started = bench = await KavBench.start(
        typeof options === "function" ? options() : options,
      );
      outcomes = Object.values(tests).map(async (test) =>
        (await Promise.allSettled([test(started)]))[0]
      );
    });

    afterAll(() => bench?.[Symbol.asyncDispose]());

    Object.keys(tests).forEach((test, i) => {
      it(test, async () => {
        const outcome = await outcomes[i]!;
        if (outcome.status === "rejected") throw outcome.reason;
      });
    });
  });
}
