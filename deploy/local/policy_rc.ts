/** Debian asks `/usr/sbin/policy-rc.d` before a package starts its service; 101 means no. */

const REFUSAL = "#!/bin/sh\n# Written by Kav's installer, gone when it ends.\nexit 101\n";

/**
 * Puts a refusal in place of the file at `path`, and what was there back when disposed: the same file,
 * not a copy. It waits beside it in the meantime, so that a run that was killed is put right by the next.
 */
export async function blockServiceStarts(path: string): Promise<AsyncDisposable> {
  const saved = `${path}.before-kav`;
  if (await exists(path)) {
    if (await isOurs(path)) await Deno.remove(path);
    else await Deno.rename(path, saved);
  }
  await Deno.writeTextFile(path, REFUSAL, { createNew: true, mode: 0o755 });
  return {
    async [Symbol.asyncDispose]() {
      if (await exists(saved)) await Deno.rename(saved, path);
      else await Deno.remove(path);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function isOurs(path: string): Promise<boolean> {
  const info = await Deno.lstat(path);
  return info.isFile && await Deno.readTextFile(path) === REFUSAL;
}
