import { loudnessDbfs, MAX_LOUDNESS, powerRatio } from "shared/media/loudness.ts";

/** Lines and telephones give back less than this of what they play. */
const ECHO_LOSS_DB = 20;
/** The loudness is rounded by up to 1.5 dB, and an echo's frames lie across ours. */
const MARGIN_DB = 6;

/** Mean power, by loudness. */
const BAR_OF = Float64Array.from(
  { length: MAX_LOUDNESS + 1 },
  (_, loudness) =>
    loudness === 0 ? 0 : powerRatio(loudnessDbfs(loudness) - ECHO_LOSS_DB + MARGIN_DB),
);

/**
 * Whether a frame of this mean power may be the caller's voice, and not Kav's own that comes back.
 *
 * The echo of Kav is 20 dB below Kav, or more; the bar lies 14 dB below the loudest that Kav has been within the time
 * an echo takes. So an echo never reaches it, and a caller about as loud as Kav always does. Nothing but energy
 * counts: a caller may begin at any moment, also in Kav's first word. While Kav is silent there is no bar.
 */
export function isAboveEcho(power: number, loudness: number): boolean {
  return power >= BAR_OF[loudness]!;
}
