import { assertEquals, assertGreater } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { exists, read } from "./repository.ts";

const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/** Paths from the root that a text names between backticks or as link targets; patterns left out. */
function namedPaths(text: string): string[] {
  const quoted = [...text.matchAll(/`((?:shared|services|deploy|tests|tools|\.ci)\/[^`\s]*)`/g)];
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)(?:#[^)]*)?\)/g)];
  return [...quoted, ...links].map((match) => match[1]!).filter((path) => !/[*{}<>]/.test(path));
}

function namedTasks(text: string): string[] {
  return [...text.matchAll(/deno task ([a-z][\w:-]*)/g)].map((match) => match[1]!);
}

describe("namedPaths()", () => {
  it("finds paths between backticks and in links, and leaves patterns and addresses alone", () => {
    const text = "`shared/media/frame.ts`, [a](tests/run.ts#x), [b](https://x.test/y), [c](#d), " +
      "`services/*/main.ts`, `rx/reader`, [d](LICENSE)";
    assertEquals(namedPaths(text), ["shared/media/frame.ts", "tests/run.ts", "LICENSE"]);
  });
});

for (const document of DOCUMENTS) {
  describe(document, () => {
    it("names only paths that exist, and some", () => {
      const paths = namedPaths(read(document));
      assertGreater(paths.length, 3);
      assertEquals(paths.filter((path) => !exists(path)), []);
    });

    it("names only tasks that exist", () => {
      const { tasks } = JSON.parse(read("deno.json")) as { tasks: Record<string, unknown> };
      assertEquals(namedTasks(read(document)).filter((task) => !(task in tasks)), []);
    });
  });
}

describe("README.md", () => {
  it("shows the way of a frame with the path of every step", () => {
    const paths = new Set(namedPaths(read("README.md")));
    const steps = [
      "services/ws-edge/rx/reader.ts",
      "services/ws-edge/rx/publisher.ts",
      "services/ws-edge/tx/subscriber.ts",
      "services/ws-edge/tx/queue.ts",
      "services/ws-edge/tx/paced_sender.ts",
      "services/ws-edge/tx/writer.ts",
    ];
    assertEquals(steps.filter((step) => !paths.has(step)), []);
  });
});
