// @ts-self-types="./fvad_wasm.d.ts"
// JavaScript, because TypeScript does not know source-phase imports yet. Deno compiles the module out of its
// package cache, which needs neither a read permission nor a path.
import source fvadWasm from "@echogarden/fvad-wasm/fvad.wasm";
import instantiate from "@echogarden/fvad-wasm";

/** The library, instantiated. */
export function loadFvad() {
  return instantiate({
    instantiateWasm(imports, receive) {
      WebAssembly.instantiate(fvadWasm, imports).then((instance) => receive(instance));
      return {};
    },
  });
}
