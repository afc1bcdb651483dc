/** Drops what was put into a map first, until it has at most `maxEntries`. */
export function dropOldest(map: Map<string, unknown>, maxEntries: number): void {
  for (const key of map.keys()) {
    if (map.size <= maxEntries) return;
    map.delete(key);
  }
}
