/** Milliseconds since 1970 that do not jump; the same in every process of this machine. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
