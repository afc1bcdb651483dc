const ATTEMPTS = 3;

/**
 * Measures a pace, and measures again when a machine with other work has disturbed it, three times at most. What
 * must hold every time is for `measure` to assert, what must hold of the last one for whoever asks.
 */
export async function undisturbed<T>(
  measure: () => Promise<T>,
  keepsTime: (measured: T) => boolean,
): Promise<T> {
  let measured = await measure();
  for (let attempt = 1; attempt < ATTEMPTS && !keepsTime(measured); attempt++) {
    measured = await measure();
  }
  return measured;
}
