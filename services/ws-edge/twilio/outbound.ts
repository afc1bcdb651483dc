/** Writes the three messages Twilio takes, with exactly the fields it knows. Pure. */
export class OutboundEncoder {
  readonly #mediaPrefix: string;
  readonly #markPrefix: string;
  readonly #clear: string;

  constructor(streamSid: string) {
    const sid = JSON.stringify(streamSid);
    this.#mediaPrefix = `{"event":"media","streamSid":${sid},"media":{"payload":"`;
    this.#markPrefix = `{"event":"mark","streamSid":${sid},"mark":{"name":`;
    this.#clear = `{"event":"clear","streamSid":${sid}}`;
  }

  /** Raw mu-law; concatenated, as this runs for every frame of every call. */
  media(frame: Uint8Array): string {
    return this.#mediaPrefix + frame.toBase64() + '"}}';
  }

  mark(name: string): string {
    return this.#markPrefix + JSON.stringify(name) + "}}";
  }

  clear(): string {
    return this.#clear;
  }
}
