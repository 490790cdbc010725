/** Calls `operation` for each item, at most `limit` at a time. Rejects with the first failure. */
export async function mapBounded<T>(
  items: Iterable<T>,
  limit: number,
  operation: (item: T) => Promise<void>,
): Promise<void> {
  // One iterator, shared: each worker takes the next item when it is done with its last.
  const iterator = items[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      await operation(next.value);
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
}
