/** The bytes of audio messages as they are on the wire: a change here breaks running systems. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type AudioMessage, decodeAudio, encodeAudio } from "shared/bus/audio_codec.ts";

const frame = (byte: number) => new Array<number>(160).fill(byte);

const GOLDEN: readonly { name: string; header: string; body: number[]; message: AudioMessage }[] = [
  {
    name: "a caller's frame",
    //       ver kind epoch utt. count seq      stream ms
    header: "01" + "01" + "0000" + "0000" + "0001" + "00000000" + "00000000",
    body: frame(0xff),
    message: {
      kind: "rx",
      epoch: 0,
      utterance: 0,
      seq: 0,
      streamMs: 0,
      loudness: 0,
      payload: Uint8Array.from(frame(0xff)),
    },
  },
  {
    name: "two frames of a caller, late in a long call of leg 2",
    header: "01" + "01" + "0203" + "0000" + "0002" + "00012345" + "0016c9d4",
    body: [...frame(0x7f), ...frame(0x80)],
    message: {
      kind: "rx",
      epoch: 0x0203,
      utterance: 0,
      seq: 74_565,
      streamMs: 1_493_460,
      loudness: 0,
      payload: Uint8Array.from([...frame(0x7f), ...frame(0x80)]),
    },
  },
  {
    name: "a caller's frame while Kav speaks, at about -15 dBFS",
    //       loudness 11, kind 1
    header: "01" + "b1" + "0001" + "0000" + "0001" + "00000064" + "000007d0",
    body: frame(0x55),
    message: {
      kind: "rx",
      epoch: 1,
      utterance: 0,
      seq: 100,
      streamMs: 2_000,
      loudness: 11,
      payload: Uint8Array.from(frame(0x55)),
    },
  },
  {
    name: "a frame of an answer, every field at its largest",
    header: "01" + "02" + "ffff" + "fffe" + "0001" + "fffffffd" + "fffffffc",
    body: frame(0x2a),
    message: {
      kind: "tx",
      epoch: 0xffff,
      utterance: 0xfffe,
      seq: 0xffff_fffd,
      streamMs: 0xffff_fffc,
      loudness: 0,
      payload: Uint8Array.from(frame(0x2a)),
    },
  },
];

describe("the audio message", () => {
  for (const { name, header, body, message } of GOLDEN) {
    const bytes = Uint8Array.from([...Uint8Array.fromHex(header), ...body]);

    it(`is encoded to its golden bytes: ${name}`, () => {
      assertEquals(encodeAudio(message), bytes);
    });

    it(`is decoded from its golden bytes: ${name}`, () => {
      assertEquals(decodeAudio(bytes), { ok: true, message });
    });
  }

  it("says that Kav is silent when no loudness is given", () => {
    const { loudness: _, ...message } = GOLDEN[0]!.message;
    assertEquals(encodeAudio(message), encodeAudio(GOLDEN[0]!.message));
  });
});
