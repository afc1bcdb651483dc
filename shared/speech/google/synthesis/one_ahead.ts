/**
 * Does the work for each item in order; the next item's begins while the consumer takes the former's result, and no
 * further one's. What a consumer that leaves early did not take goes on by itself; its failure is swallowed.
 */
export async function* oneAhead<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const [first, ...rest] = items;
  if (first === undefined) return;
  let pending = begin(work, first);
  for (const item of rest) {
    const result = await pending;
    pending = begin(work, item);
    yield result;
  }
  yield await pending;
}

function begin<Item, Result>(work: (item: Item) => Promise<Result>, item: Item): Promise<Result> {
  const pending = work(item);
  pending.catch(() => {});
  return pending;
}
