/** What a frame of the bench says of itself, in its first bytes: when it was written, whose it is, and which one. */
import { FRAME_BYTES, silentFrame } from "shared/media/frame.ts";

const CALL_AT = 8;
const SEQ_AT = 12;

export interface Stamp {
  readonly writtenMs: number;
  readonly call: number;
  readonly seq: number;
}

export function stampedFrame({ writtenMs, call, seq }: Stamp): Uint8Array {
  const frame = silentFrame();
  const view = new DataView(frame.buffer);
  view.setFloat64(0, writtenMs);
  view.setUint32(CALL_AT, call);
  view.setUint32(SEQ_AT, seq);
  return frame;
}

/** @param audio whole frames. */
export function stampAt(audio: Uint8Array, index: number): Stamp {
  const view = new DataView(audio.buffer, audio.byteOffset + index * FRAME_BYTES, FRAME_BYTES);
  return {
    writtenMs: view.getFloat64(0),
    call: view.getUint32(CALL_AT),
    seq: view.getUint32(SEQ_AT),
  };
}
