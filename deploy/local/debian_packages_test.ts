import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { type Finished, installPackages, type Machine } from "./debian_packages.ts";

const OK: Finished = { code: 0, output: "" };
const INSTALL = "apt-get install -y --no-install-recommends";

let events: string[];
let printed: string[];
let installed: Set<string>;

beforeEach(() => {
  events = [];
  printed = [];
  installed = new Set(["coreutils"]);
});

interface Situation {
  readonly root?: boolean;
  readonly apt?: boolean;
  readonly lists?: boolean;
  /** What the first, second, ... `apt-get install` gives; afterwards they succeed. */
  readonly installs?: Finished[];
  readonly updates?: Finished[];
}

/** A Debian machine that does as `situation` says and notes what is done to it. */
function machine(
  { root = true, apt = true, lists = true, installs = [], updates = [] }: Situation = {},
): Machine {
  const runApt = (args: readonly string[]): Finished => {
    if (!apt) return { code: 127, output: "not found" };
    if (args[0] === "--version") return OK;
    const words = args.filter((arg) => !/^(-q|-o|DPkg.*)$/.test(arg));
    events.push(`apt-get ${words.join(" ")}`);
    const planned = words[0] === "install" ? installs.shift() : updates.shift();
    if (planned) return planned;
    if (words[0] === "install") words.forEach((word) => installed.add(word));
    return OK;
  };
  return {
    run(command, args, env) {
      if (command === "apt-get" && args.includes("install")) {
        assertEquals(args.slice(0, 3), ["-q", "-o", "DPkg::Lock::Timeout=300"]);
        assertEquals(env?.["DEBIAN_FRONTEND"], "noninteractive");
      }
      if (command === "apt-get") return Promise.resolve(runApt(args));
      return Promise.resolve(
        installed.has(args.at(-1)!)
          ? { code: 0, output: "install ok installed" }
          : { code: 1, output: "no packages found" },
      );
    },
    isRoot: () => root,
    hasPackageLists: () => Promise.resolve(lists),
    blockServiceStarts() {
      events.push("block");
      return Promise.resolve({
        [Symbol.asyncDispose]: () => Promise.resolve(void events.push("unblock")),
      });
    },
    sleep: (ms) => Promise.resolve(void events.push(`sleep ${ms}`)),
    print: (line) => void printed.push(line),
  };
}

describe("installPackages()", () => {
  it("shows the end of what apt-get said when it failed", async () => {
    const output = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n");
    await installPackages(["sl"], machine({ installs: [{ code: 100, output }] }));
    assertEquals(printed.some((text) => text.endsWith("line 99")), true);
    assertEquals(printed.join("\n").includes("line 50"), false);
  });

  it("does nothing and says nothing when all are there", async () => {
    assertEquals(await installPackages(["coreutils"], machine({ root: false })), "present");
    assertEquals([events, printed], [[], []]);
  });

  it("installs just what is missing, and starts no service meanwhile", async () => {
    assertEquals(await installPackages(["coreutils", "sl", "figlet"], machine()), "installed");
    assertEquals(events, ["block", `${INSTALL} sl figlet`, "unblock"]);
    assertStringIncludes(printed.join("\n"), "Installed sl, figlet");
  });

  it("takes a package that was removed but left its settings as missing", async () => {
    const plain = machine();
    const run: Machine["run"] = (command, args, env) =>
      command === "dpkg-query"
        ? Promise.resolve({ code: 0, output: "deinstall ok config-files" })
        : plain.run(command, args, env);
    assertEquals(await installPackages(["sl"], { ...plain, run }), "installed");
  });

  it("fetches the package lists first when there are none", async () => {
    await installPackages(["sl"], machine({ lists: false }));
    assertEquals(events, ["block", "apt-get update", `${INSTALL} sl`, "unblock"]);
  });

  for (
    const output of [
      "E: Unable to locate package sl",
      "E: Package 'sl' has no installation candidate",
      "E: Failed to fetch http://... 404  Not Found",
    ]
  ) {
    it(`fetches the lists anew and tries once more after "${output}"`, async () => {
      const failed = { code: 100, output };
      assertEquals(await installPackages(["sl"], machine({ installs: [failed] })), "installed");
      assertEquals(events, [
        "block",
        `${INSTALL} sl`,
        "apt-get update",
        `${INSTALL} sl`,
        "unblock",
      ]);
      const twice = machine({ installs: [failed, failed] });
      installed.delete("sl");
      assertEquals(await installPackages(["sl"], twice), "missing");
    });
  }

  it("waits for another apt-get that is fetching lists", async () => {
    const locked = { code: 100, output: "E: Could not get lock /var/lib/apt/lists/lock." };
    await installPackages(["sl"], machine({ lists: false, updates: [locked, locked] }));
    assertEquals(events.filter((event) => event.startsWith("sleep")).length, 2);
    assertEquals(installed.has("sl"), true);
  });

  it("goes on to install when the lists cannot be refreshed for another reason", async () => {
    const failed = { code: 100, output: "E: Could not resolve host" };
    await installPackages(["sl"], machine({ lists: false, updates: [failed] }));
    assertEquals(events, ["block", "apt-get update", `${INSTALL} sl`, "unblock"]);
  });

  for (
    const [what, situation, why] of [
      ["there is no apt-get", { apt: false }, "there is no apt-get here"],
      ["the user is not root", { root: false }, "apt-get needs root"],
      [
        "apt-get fails",
        { installs: [{ code: 100, output: "E: dpkg was interrupted" }] },
        "apt-get failed, see above",
      ],
    ] as [string, Situation, string][]
  ) {
    it(`tells what to run, once, when ${what}`, async () => {
      assertEquals(
        await installPackages(["coreutils", "sl", "figlet"], machine(situation)),
        "missing",
      );
      const told = printed.filter((line) => line.startsWith("Not installed: sl, figlet"));
      assertEquals(told.length, 1);
      assertStringIncludes(told[0]!, why);
      assertStringIncludes(
        told[0]!,
        "\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends sl figlet",
      );
      assertEquals(events.includes("block"), events.includes("unblock"));
    });
  }
});
