/** mu-law magnitudes from here on are louder than about -38 dB of full scale. */
const AUDIBLE_MAGNITUDE = 0x20;

/** Whether mu-law audio holds anything a caller would notice; line noise and 0xFF are silence. */
export function isAudible(mulaw: Uint8Array): boolean {
  for (const byte of mulaw) {
    if ((~byte & 0x7f) >= AUDIBLE_MAGNITUDE) return true;
  }
  return false;
}
