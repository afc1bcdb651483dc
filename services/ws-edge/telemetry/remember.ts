/** Utterances that may still wait for their other half. */
const KEPT = 16;

/** Sets an entry of a small map; the oldest goes. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size > KEPT) map.delete(map.keys().next().value!);
}
