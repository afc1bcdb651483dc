/** The store has not answered, or not well: it may be back at the next try. */
export class StoreAway extends Error {
  override readonly name = "StoreAway";
}

/** What a store answers. @throws {StoreAway} when it does not. */
export async function fromStore<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new StoreAway(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
