import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { read, sourceFiles } from "./repository.ts";

const FILES = new Set(sourceFiles());
/** Imports, and what a Worker loads. */
const LOADS = /(?:from\s+|import\s*\(?\s*|new URL\(\s*)"([^"]+)"/g;
/** What is loaded before anything runs. */
const LOADS_AT_ONCE = /(?:from\s+|^import\s+)"([^"]+)"/gm;
const TYPES = /^\s*(?:import|export) type [^;]*;/gm;

/** The path from the root that a specifier means; undefined for a package. */
function resolved(from: string, specifier: string): string | undefined {
  const path = specifier.startsWith(".")
    ? new URL(specifier, `file:///${from}`).pathname.slice(1)
    : specifier;
  return FILES.has(path) ? path : undefined;
}

/** All that a program loads, now or later: files from the root, and packages. */
function loadedBy(main: string, loads = LOADS): { files: string[]; packages: string[] } {
  const files = new Set([main]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const [, specifier] of read(file).replaceAll(TYPES, "").matchAll(loads)) {
      const path = resolved(file, specifier!);
      if (path) files.add(path);
      else packages.add(specifier!);
    }
  }
  return { files: [...files], packages: [...packages] };
}

const FLITE = /^shared\/speech\/flite\//;
const POCKETSPHINX = /^shared\/speech\/pocketsphinx\//;
const FVAD = /^shared\/speech\/fvad\//;
const GOOGLE_STT = /^shared\/speech\/google\/recognition\/google_recognizer\.ts$/;
const GOOGLE_TTS = /^shared\/speech\/google\/synthesis\/google_synthesizer\.ts$/;
const GOOGLE_PACKAGE = /^(@google-cloud|@grpc)\/|^google-(auth-library|gax)$/;

/** What each program must not load, and what it must (or the test would find nothing). */
const PROGRAMS: readonly (readonly [main: string, without: RegExp[], has: RegExp[]])[] = [
  ["services/ws-edge/main.ts", [FLITE, POCKETSPHINX, FVAD, GOOGLE_STT, GOOGLE_TTS], [
    /\/tx\/writer\.ts$/,
  ]],
  ["services/stt-service/main.ts", [FLITE, GOOGLE_TTS], [POCKETSPHINX, FVAD, GOOGLE_STT]],
  ["services/dialog-tts-service/main.ts", [POCKETSPHINX, FVAD, GOOGLE_STT], [FLITE, GOOGLE_TTS]],
  ["services/greeting-builder/main.ts", [POCKETSPHINX, FVAD, GOOGLE_STT], [FLITE, GOOGLE_TTS]],
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

/** With an engine of Google's among what it loads. */
const WITH_GOOGLE = [...PROGRAMS.map(([main]) => main).slice(1), "deploy/start.ts"];

describe("Google's packages", () => {
  for (const main of WITH_GOOGLE) {
    it(`are loaded by ${main} only when Google is used`, () => {
      const google = ({ packages }: ReturnType<typeof loadedBy>) =>
        packages.filter((name) => GOOGLE_PACKAGE.test(name));
      assert(google(loadedBy(main)).includes("google-auth-library"));
      assertEquals(google(loadedBy(main, LOADS_AT_ONCE)), []);
    });
  }
});

const isShared = (file: string) => /^shared\/(?!testing\/)/.test(file);
