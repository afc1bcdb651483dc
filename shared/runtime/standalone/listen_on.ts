const EXPECTED = [
  Deno.errors.AddrInUse,
  Deno.errors.AddrNotAvailable,
  Deno.errors.PermissionDenied,
];

/** Begins to listen. @throws {Error} that names the setting, when its port is taken or may not be used. */
export function listenOn<T>(
  { name, port }: { readonly name: string; readonly port: number },
  listen: () => T,
): T {
  try {
    return listen();
  } catch (cause) {
    if (!EXPECTED.some((expected) => cause instanceof expected)) throw cause;
    const { message } = cause as Error;
    throw new Error(`Cannot listen on ${name} ${port}: ${message}`, { cause });
  }
}
