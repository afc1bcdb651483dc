/** The rules of this repository's own layout. Wired in `deno.json`, tested beside each rule. */
import { arrows } from "./arrows.ts";
import { envAtTheEdge } from "./env_at_the_edge.ts";
import { noConsole } from "./no_console.ts";
import { oneSender } from "./one_sender.ts";
import { pure } from "./pure.ts";

const plugin: Deno.lint.Plugin = {
  name: "kav",
  rules: {
    "arrows": arrows,
    "env": envAtTheEdge,
    "no-console": noConsole,
    "one-sender": oneSender,
    "pure": pure,
  },
};

export default plugin;
