import { decodeMulaw } from "shared/media/mulaw.ts";
import { LinearUpsampler } from "shared/media/resample.ts";
import { GARBAGE_WORDS, type LeftOutPhrase, phraseGrammar, understood } from "./jsgf.ts";
import { type ModelPaths, openLibrary, type SphinxLibrary } from "./library.ts";

/** Grammars kept per decoder; the one unused for longest goes first. */
const GRAMMARS_KEPT = 16;
const HYPOTHESIS_BYTES = 4_096;

const encoder = new TextEncoder();
const textDecoder = new TextDecoder();

interface LoadedGrammar {
  /** The search's name; undefined when the grammar has no phrase. */
  readonly search: string | undefined;
  readonly leftOut: readonly LeftOutPhrase[];
}

/**
 * One PocketSphinx decoder: 29 MB, about 25 ms of CPU per second of speech. Synchronous, so it lives in a Worker.
 *
 * Its model of the line's loudness follows whoever spoke last; so what it does not understand as it comes is
 * decoded once more as a whole, by the utterance's own loudness.
 */
export class SphinxDecoder {
  readonly #library: SphinxLibrary;
  readonly #decoder: Deno.PointerObject;
  /** By phrases, least recently used first. */
  readonly #grammars = new Map<string, LoadedGrammar>();
  readonly #hypothesisBytes = new Uint8Array(HYPOTHESIS_BYTES);
  #upsampler = new LinearUpsampler();
  #searches = 0;
  #grammar: LoadedGrammar | undefined;
  /** The utterance so far, at 16 kHz. */
  #audio: Int16Array<ArrayBuffer>[] = [];

  /** @throws {Error} when the library or the model is missing. */
  constructor(model: ModelPaths, libraryPaths?: readonly string[]) {
    this.#library = openLibrary(libraryPaths);
    const { symbols } = this.#library;
    symbols.err_set_logfp(null);
    const config = symbols.cmd_ln_parse_r(null, symbols.ps_args(), 0, new BigUint64Array(1), 0);
    symbols.cmd_ln_set_str_r(config, cString("-hmm"), cString(model.acoustic));
    symbols.cmd_ln_set_str_r(config, cString("-dict"), cString(model.dictionary));
    const decoder = symbols.ps_init(config);
    symbols.cmd_ln_free_r(config);
    if (decoder === null) {
      this.#library.close();
      throw new Error(`Cannot open PocketSphinx: its model does not load: ${model.acoustic}`);
    }
    this.#decoder = decoder;
    for (const { word, phone } of GARBAGE_WORDS) {
      symbols.ps_add_word(decoder, cString(word), cString(phone), 0);
    }
  }

  /** Begins an utterance. @returns the phrases that cannot be recognised. */
  begin(phrases: readonly string[]): readonly LeftOutPhrase[] {
    this.abandon();
    const { symbols } = this.#library;
    const grammar = this.#grammar = this.#load(phrases);
    this.#upsampler = new LinearUpsampler();
    if (grammar.search !== undefined) {
      symbols.ps_set_search(this.#decoder, cString(grammar.search));
      symbols.ps_start_utt(this.#decoder);
    }
    return grammar.leftOut;
  }

  /** Decodes mu-law at 8 kHz, any number of bytes. */
  feed(mulaw: Uint8Array): void {
    if (this.#grammar?.search === undefined) return;
    const samples = this.#upsampler.push(decodeMulaw(mulaw));
    this.#audio.push(samples);
    this.#process(samples, { whole: false });
  }

  /** What the utterance seems to be so far; undefined when nothing understood. */
  hypothesis(): string | undefined {
    if (this.#grammar?.search === undefined) return undefined;
    return understood(this.#read(this.#library.symbols.ps_get_hyp(this.#decoder, null)));
  }

  /** Ends the utterance. @returns its words; undefined when it was not understood. */
  end(): string | undefined {
    if (this.#grammar?.search === undefined) return undefined;
    this.#library.symbols.ps_end_utt(this.#decoder);
    const text = this.hypothesis() ?? this.#secondLook();
    this.#grammar = undefined;
    this.#audio = [];
    return text;
  }

  /** Ends the utterance, if there is one, without a result. */
  abandon(): void {
    if (this.#grammar?.search !== undefined) this.#library.symbols.ps_end_utt(this.#decoder);
    this.#grammar = undefined;
    this.#audio = [];
  }

  close(): void {
    this.#library.symbols.ps_free(this.#decoder);
    this.#library.close();
  }

  #secondLook(): string | undefined {
    const { symbols } = this.#library;
    symbols.ps_start_utt(this.#decoder);
    this.#process(joined(this.#audio), { whole: true });
    symbols.ps_end_utt(this.#decoder);
    return this.hypothesis();
  }

  #process(samples: Int16Array<ArrayBuffer>, { whole }: { whole: boolean }): void {
    const count = BigInt(samples.length);
    this.#library.symbols.ps_process_raw(this.#decoder, samples, count, 0, whole ? 1 : 0);
  }

  #load(phrases: readonly string[]): LoadedGrammar {
    const key = phrases.join("\n");
    const grammar = this.#grammars.get(key) ?? this.#make(phrases);
    this.#grammars.delete(key);
    this.#grammars.set(key, grammar);
    if (this.#grammars.size > GRAMMARS_KEPT) this.#forget(this.#grammars.keys().next().value!);
    return grammar;
  }

  #make(phrases: readonly string[]): LoadedGrammar {
    const { jsgf, leftOut } = phraseGrammar(phrases, (word) => this.#isKnown(word));
    if (jsgf === undefined) return { search: undefined, leftOut };
    const search = `phrases-${++this.#searches}`;
    const { symbols } = this.#library;
    if (symbols.ps_set_jsgf_string(this.#decoder, cString(search), cString(jsgf)) !== 0) {
      throw new Error(
        `Cannot load a grammar: PocketSphinx refuses the one of ${phrases.length} phrases`,
      );
    }
    return { search, leftOut };
  }

  #forget(key: string): void {
    const search = this.#grammars.get(key)?.search;
    this.#grammars.delete(key);
    if (search) this.#library.symbols.ps_unset_search(this.#decoder, cString(search));
  }

  #isKnown(word: string): boolean {
    const { symbols } = this.#library;
    const phones = symbols.ps_lookup_word(this.#decoder, cString(word));
    if (phones === null) return false;
    symbols.ckd_free(phones);
    return true;
  }

  #read(text: Deno.PointerValue): string | undefined {
    if (text === null) return undefined;
    const bytes = this.#hypothesisBytes;
    this.#library.symbols.strncpy(bytes, text, BigInt(bytes.length));
    const end = bytes.indexOf(0);
    return textDecoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }
}

function joined(parts: readonly Int16Array[]): Int16Array<ArrayBuffer> {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}\0`);
}
