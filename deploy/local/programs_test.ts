import { assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { requirePrograms } from "./programs.ts";

describe("requirePrograms()", () => {
  it("names all that cannot be run, and how to install them", async () => {
    // These tests may run nothing, so that nothing is there.
    const error = await assertRejects(
      () => requirePrograms(["nats-server", "haproxy"]),
      Error,
      "Cannot start: nats-server and haproxy must be installed",
    );
    assertStringIncludes(error.message, "deno task install:servers");
  });

  it("has nothing to say when nothing is needed", () => requirePrograms([]));
});
