import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { read, sourceFiles } from "./repository.ts";

const FILES = new Set(sourceFiles());
/** Imports, and what a Worker loads. */
const LOADS = /(?:from\s+|import\s*\(?\s*|new URL\(\s*)"([^"]+)"/g;

/** The path from the root that a specifier means; undefined for a package. */
function resolved(from: string, specifier: string): string | undefined {
  const path = specifier.startsWith(".")
    ? new URL(specifier, `file:///${from}`).pathname.slice(1)
    : specifier;
  return FILES.has(path) ? path : undefined;
}

/** All that a program loads, now or later: files from the root, and packages. */
function loadedBy(main: string): { files: string[]; packages: string[] } {
  const files = new Set([main]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const line of read(file).split("\n")) {
      if (/^\s*(import|export) type /.test(line)) continue;
      for (const [, specifier] of line.matchAll(LOADS)) {
        const path = resolved(file, specifier!);
        if (path) files.add(path);
        else packages.add(specifier!);
      }
    }
  }
  return { files: [...files], packages: [...packages] };
}

const FLITE = /^shared\/speech\/flite\//;
const POCKETSPHINX = /^shared\/speech\/pocketsphinx\//;
const FVAD = /^shared\/speech\/fvad\//;

/** What each program must not load, and what it must (or the test would find nothing). */
const PROGRAMS: readonly (readonly [main: string, without: RegExp[], has: RegExp[]])[] = [
  ["services/ws-edge/main.ts", [FLITE, POCKETSPHINX, FVAD], [/\/tx\/writer\.ts$/]],
  ["services/stt-service/main.ts", [FLITE], [POCKETSPHINX, FVAD]],
  ["services/dialog-tts-service/main.ts", [POCKETSPHINX, FVAD], [FLITE]],
  ["services/greeting-builder/main.ts", [POCKETSPHINX, FVAD], [FLITE]],
];

describe("services/*/main.ts", () => {
  for (const [main, without, has] of PROGRAMS) {
    it(`${main} loads its own engines, and those of no other service`, () => {
      const { files, packages } = loadedBy(main);
      for (const pattern of has) assert(files.some((file) => pattern.test(file)), `${pattern}`);
      assertEquals(files.filter((file) => without.some((each) => each.test(file))), []);
      assert(packages.includes("nats") && packages.includes("redis"), packages.join());
    });

    it(`${main} loads no other service, nor what is there for tests and installations`, () => {
      const own = main.replace(/main\.ts$/, "");
      const { files } = loadedBy(main);
      assertEquals(files.filter((file) => !file.startsWith(own) && !isShared(file)), []);
    });
  }
});

const isShared = (file: string) => /^shared\/(?!testing\/)/.test(file);
