import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isTest, repoPath, resolveImport } from "./repo_path.ts";
import { ROOT } from "./testing.ts";

describe("repoPath()", () => {
  it("cuts off the root and leaves paths from the root as they are", () => {
    assertEquals(repoPath(`${ROOT}shared/media/frame.ts`), "shared/media/frame.ts");
    assertEquals(repoPath("./shared/media/frame.ts"), "shared/media/frame.ts");
    assertEquals(repoPath("shared/media/frame.ts"), "shared/media/frame.ts");
  });
});

describe("resolveImport()", () => {
  const from = "services/ws-edge/tx/queue.ts";
  const file = (path: string) => ({ kind: "file" as const, path });

  it("resolves what is relative", () => {
    assertEquals(resolveImport(from, "./writer.ts"), file("services/ws-edge/tx/writer.ts"));
    assertEquals(resolveImport(from, "../rx/queue.ts"), file("services/ws-edge/rx/queue.ts"));
    assertEquals(
      resolveImport(from, "../../../shared/media/frame.ts"),
      file("shared/media/frame.ts"),
    );
  });

  it("resolves what the import map names: folders, and single files", () => {
    assertEquals(resolveImport(from, "shared/media/frame.ts"), file("shared/media/frame.ts"));
    assertEquals(resolveImport(from, "services/../shared/bus/bus.ts"), file("shared/bus/bus.ts"));
    assertEquals(resolveImport(from, "@std/testing/bdd"), file("tests/std/bdd.ts"));
  });

  it("resolves absolute addresses of files", () => {
    assertEquals(resolveImport(from, `file://${ROOT}deploy/demo.ts`), file("deploy/demo.ts"));
  });

  it("tells packages and node modules from files", () => {
    const named = (name: string) => ({ kind: "package" as const, name });
    assertEquals(resolveImport(from, "node:crypto"), { kind: "node", name: "node:crypto" });
    assertEquals(resolveImport(from, "alawmulaw"), named("alawmulaw"));
    assertEquals(resolveImport(from, "twilio/lib/twiml/VoiceResponse.js"), named("twilio"));
    assertEquals(resolveImport(from, "npm:alawmulaw@6.0.0"), named("alawmulaw"));
    assertEquals(resolveImport(from, "npm:@nats-io/jetstream@3"), named("@nats-io/jetstream"));
  });
});

describe("isTest()", () => {
  it("is a test beside a file, anything in tests/ or in a service's testing/", () => {
    for (const path of ["shared/a_test.ts", "tests/contract/bus.ts", "services/a/testing/b.ts"]) {
      assertEquals(isTest(path), true, path);
    }
    for (const path of ["shared/testing/a.ts", "test.ts", "services/a/b/testing/c.ts"]) {
      assertEquals(isTest(path), false, path);
    }
  });
});
