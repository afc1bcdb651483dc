/** What has been let go of in a turn of the event loop is collected in the next, and what that held in another. */
const COLLECTIONS = 4;

/** Megabytes that are really held: needs `--v8-flags=--expose-gc`. */
export async function heldMb(): Promise<number> {
  for (let i = 0; i < COLLECTIONS; i++) {
    (globalThis as typeof globalThis & { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return (heapUsed + external) / 1024 ** 2;
}
