/** The process's environment. */
export const getEnv = (name: string): string | undefined => Deno.env.get(name);
