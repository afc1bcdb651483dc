/** PocketSphinx 5prealpha as Debian ships it (`libpocketsphinx3`, `pocketsphinx-en-us`), through FFI. */

/** Where Debian puts the library. Full paths, so that `--allow-ffi` can name them. */
export const LIBRARY_PATHS: readonly string[] = [
  `/usr/lib/${Deno.build.arch}-linux-gnu/libpocketsphinx.so.3`,
];

export interface ModelPaths {
  /** Folder of the acoustic model. */
  readonly acoustic: string;
  readonly dictionary: string;
}

export const EN_US: ModelPaths = {
  acoustic: "/usr/share/pocketsphinx/model/en-us/en-us",
  dictionary: "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict",
};

/**
 * `ps_*` from pocketsphinx.h, `cmd_ln_*`, `err_*` and `ckd_free` from sphinxbase, `strncpy` from libc: the last two
 * libraries are dependencies of the first, so their symbols are found in it. With `strncpy` a result can be
 * read without `Deno.UnsafePointerView`, which needs `--allow-ffi` for everything.
 */
const SYMBOLS = {
  ps_args: { parameters: [], result: "pointer" },
  cmd_ln_parse_r: {
    parameters: ["pointer", "pointer", "i32", "buffer", "i32"],
    result: "pointer",
  },
  cmd_ln_set_str_r: { parameters: ["pointer", "buffer", "buffer"], result: "void" },
  cmd_ln_free_r: { parameters: ["pointer"], result: "i32" },
  err_set_logfp: { parameters: ["pointer"], result: "void" },
  ps_init: { parameters: ["pointer"], result: "pointer" },
  ps_free: { parameters: ["pointer"], result: "i32" },
  ps_add_word: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "i32" },
  ps_lookup_word: { parameters: ["pointer", "buffer"], result: "pointer" },
  ps_set_jsgf_string: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  ps_set_search: { parameters: ["pointer", "buffer"], result: "i32" },
  ps_unset_search: { parameters: ["pointer", "buffer"], result: "i32" },
  ps_start_utt: { parameters: ["pointer"], result: "i32" },
  ps_process_raw: { parameters: ["pointer", "buffer", "usize", "i32", "i32"], result: "i32" },
  ps_end_utt: { parameters: ["pointer"], result: "i32" },
  ps_get_hyp: { parameters: ["pointer", "pointer"], result: "pointer" },
  ckd_free: { parameters: ["pointer"], result: "void" },
  strncpy: { parameters: ["buffer", "pointer", "usize"], result: "pointer" },
} as const;

export type SphinxLibrary = Deno.DynamicLibrary<typeof SYMBOLS>;

/** @throws {Error} when the library is missing, or may not be loaded. */
export function openLibrary(paths: readonly string[] = LIBRARY_PATHS): SphinxLibrary {
  let cause: unknown;
  for (const path of paths) {
    try {
      return Deno.dlopen(path, SYMBOLS);
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`Cannot load PocketSphinx: ${cause instanceof Error ? cause.message : cause}`, {
    cause,
  });
}

/** True, or in words why PocketSphinx cannot run here, and what to do. */
export function availability(
  model: ModelPaths = EN_US,
  libraryPaths: readonly string[] = LIBRARY_PATHS,
): true | string {
  try {
    openLibrary(libraryPaths).close();
  } catch (error) {
    return `${(error as Error).message} (Debian package libpocketsphinx3)`;
  }
  for (const path of [`${model.acoustic}/mdef`, model.dictionary]) {
    try {
      Deno.statSync(path);
    } catch (error) {
      return `Cannot read PocketSphinx's model: ${
        (error as Error).message
      } (Debian package pocketsphinx-en-us)`;
    }
  }
  return true;
}
