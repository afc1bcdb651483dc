import { assert, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { availability, EN_US, openLibrary } from "./library.ts";

const NOWHERE = ["/nonexistent/libpocketsphinx.so.3"];

describe("openLibrary()", () => {
  it("says that the library cannot be loaded", () => {
    assertThrows(() => openLibrary(NOWHERE), Error, "Cannot load PocketSphinx: ");
  });
});

describe("availability()", () => {
  it("names the Debian package of a missing library", () => {
    const reason = availability(EN_US, NOWHERE);
    assert(typeof reason === "string");
    assertStringIncludes(reason, "Cannot load PocketSphinx");
    assertStringIncludes(reason, "libpocketsphinx3");
  });
});
