/** Installs Debian packages where that is possible, and otherwise says how to. */

export interface Finished {
  /** 127: there is no such command. */
  readonly code: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** What the installer needs of the machine. */
export interface Machine {
  run(command: string, args: readonly string[], env?: Record<string, string>): Promise<Finished>;
  isRoot(): boolean;
  /** Whether apt knows any package: its lists have been fetched. */
  hasPackageLists(): Promise<boolean>;
  /** Keeps packages from starting services until disposed. */
  blockServiceStarts(): Promise<AsyncDisposable>;
  sleep(ms: number): Promise<void>;
  print(line: string): void;
}

export type InstallResult = "present" | "installed" | "missing";

/** dpkg's lock may be held by another installation for minutes, on a machine that has just started. */
const LOCK_TIMEOUT_S = 300;
/** `apt-get update` has a lock of its own that no option waits for. */
const UPDATE_TRIES = 60;
const UPDATE_RETRY_MS = 5_000;
const TAIL_LINES = 15;

/** Sees to it that `packages` are installed; never throws for what the machine cannot do. */
export async function installPackages(
  packages: readonly string[],
  machine: Machine,
): Promise<InstallResult> {
  const missing = await missingPackages(packages, machine);
  if (!missing.length) return "present";
  const obstacle = await whyNot(machine);
  if (obstacle) return giveUp(missing, obstacle, machine);

  machine.print(`Installing ${missing.join(", ")} with apt-get ...`);
  await using _block = await machine.blockServiceStarts();
  if (!await machine.hasPackageLists()) await update(machine);
  let result = await install(missing, machine);
  if (isOutdated(result)) {
    await update(machine);
    result = await install(missing, machine);
  }
  if (result.code !== 0) {
    machine.print(tail(result.output));
    return giveUp(missing, "apt-get failed, see above", machine);
  }
  machine.print(`Installed ${missing.join(", ")}.`);
  return "installed";
}

async function missingPackages(
  packages: readonly string[],
  machine: Machine,
): Promise<string[]> {
  const missing = [];
  for (const name of packages) {
    const { code, output } = await machine.run("dpkg-query", ["-W", "-f=${Status}", name]);
    if (code !== 0 || !output.startsWith("install ok installed")) missing.push(name);
  }
  return missing;
}

async function whyNot(machine: Machine): Promise<string | undefined> {
  if ((await machine.run("apt-get", ["--version"])).code !== 0) return "there is no apt-get here";
  if (!machine.isRoot()) return "apt-get needs root";
}

async function update(machine: Machine): Promise<void> {
  machine.print("Fetching the package lists ...");
  for (let tries = 1; tries <= UPDATE_TRIES; tries++) {
    const { code, output } = await apt(["update"], machine);
    if (code === 0 || !/could not get lock/i.test(output)) return;
    await machine.sleep(UPDATE_RETRY_MS);
  }
}

function install(packages: readonly string[], machine: Machine): Promise<Finished> {
  return apt(["install", "-y", "--no-install-recommends", ...packages], machine);
}

function apt(args: readonly string[], machine: Machine): Promise<Finished> {
  return machine.run("apt-get", ["-q", "-o", `DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`, ...args], {
    DEBIAN_FRONTEND: "noninteractive",
    // What apt says is read here.
    LC_ALL: "C.UTF-8",
  });
}

/** The lists name no such package, or one that the mirror no longer has. */
function isOutdated({ code, output }: Finished): boolean {
  return code !== 0 &&
    /unable to locate package|no installation candidate|failed to fetch/i.test(output);
}

function giveUp(missing: readonly string[], why: string, machine: Machine): "missing" {
  const names = missing.join(" ");
  machine.print(
    `Not installed: ${
      missing.join(", ")
    } (${why}). What needs them will be left out. To install:\n` +
      `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`,
  );
  return "missing";
}

function tail(output: string): string {
  return output.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
}
