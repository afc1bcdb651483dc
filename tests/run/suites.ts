/** What `deno task ok`, `test`, `test:soak` and `test:jsr` run, and with which permissions. */

/** Something that must end well: it counts as one test. */
export interface Check {
  readonly kind: "check";
  readonly name: string;
  readonly args: readonly string[];
  readonly limitMinutes: number;
  /** The next steps do not wait for it, up to the first suite in real time: it takes a core of its own. */
  readonly meanwhile: boolean;
}

/** A run of `deno test`. */
export interface Suite {
  readonly kind: "suite";
  readonly name: string;
  readonly paths: readonly string[];
  /** The permissions it needs, and no other; and what else its process needs. */
  readonly flags: readonly string[];
  readonly limitMinutes: number;
  /** How many run at the same time: more than there are cores where they wait for speech most of the time. */
  readonly filesTogether: number;
  /**
   * It runs on the machine's clock, and the machine may stall: what failed runs again, alone. The result names what
   * then passed, and counts what failed twice.
   */
  readonly failedRunAgain: boolean;
}

export type Step = Check | Suite;

const LOOPBACK = "--allow-net=127.0.0.1";
const REPOSITORY = "--allow-read=.";
/** PocketSphinx where Debian puts it, and its model. */
const ENGINES = [
  "--allow-read=.,/usr/share/pocketsphinx",
  "--allow-ffi=/usr/lib/x86_64-linux-gnu/libpocketsphinx.so.3,/usr/lib/aarch64-linux-gnu/libpocketsphinx.so.3",
];

/** Of the machines that test. */
const CORES = 2;

const check = (name: string, args: readonly string[]): Check => ({
  kind: "check",
  name,
  args,
  limitMinutes: 8,
  meanwhile: false,
});

const meanwhile = (step: Check): Check => ({ ...step, meanwhile: true });

const suite = (
  name: string,
  paths: readonly string[],
  flags: readonly string[],
  { limitMinutes = 5, filesTogether = CORES } = {},
): Suite => ({
  kind: "suite",
  name,
  paths,
  flags,
  limitMinutes,
  filesTogether,
  failedRunAgain: false,
});

/** A suite of real sockets, or processes, or speech, in real time. */
const realTime = (...of: Parameters<typeof suite>): Suite => ({
  ...suite(...of),
  failedRunAgain: true,
});

/** Two cores are half busy so. */
const WAITING = { limitMinutes: 10, filesTogether: 4 };
/** More of what starts ten processes each would disturb its own figures. */
const PROCESSES = { limitMinutes: 10 };
const ALONE = { limitMinutes: 8, filesTogether: 1 };

const CHECKS = [
  check("format", ["fmt", "--check"]),
  meanwhile(check("lint", ["lint"])),
  meanwhile(check("types", ["check"])),
];

/** Always ends well: where it cannot install, it says how to, and the tests that need it say so. */
const INSTALL = check("install", ["task", "install"]);
const INSTALL_SERVERS = check("install servers", ["task", "install:servers"]);

const UNIT = [
  suite("core", [
    ...["shared/clock", "shared/media", "shared/bus", "shared/store", "shared/runtime"],
    ...["tests/contract", "tests/bench"],
  ], []),
  suite("workers", [
    ...["services/stt-service", "services/dialog-tts-service", "services/greeting-builder"],
  ], []),
  suite("conversations", ["tests/conversations"], [REPOSITORY]),
  suite("speech", ["shared/speech"], ENGINES),
  suite("testing kit", ["shared/testing"], [LOOPBACK]),
  suite("deploy", ["deploy"], [REPOSITORY, "--allow-write=.kav"]),
  suite("tools", ["tools", "tests/source"], [REPOSITORY]),
  suite("test runner", ["tests/run"], [REPOSITORY, "--allow-run=deno"]),
  suite("stand-ins", ["tests/std"], ["--allow-run=deno"]),
  realTime("ws-edge", ["services/ws-edge"], [LOOPBACK], WAITING),
];

/** The simulated Google reads `.proto` files with a library that asks who we are; it needs all of `--allow-read` too. */
const EMULATOR = "--allow-sys=uid,gid";

/** Real nats-server, redis-server and haproxy, and every service as a process of its own. */
const SERVERS = [
  LOOPBACK,
  "--allow-read",
  ENGINES[1]!,
  "--allow-write=.kav,demo-call.wav,/tmp",
  "--allow-run=deno,nats-server,redis-server,haproxy,setpriv,kill",
];

/** Real nats-server and redis-server, and what in one process talks with them. */
const BUS_AND_STORE = [
  LOOPBACK,
  "--allow-read",
  "--allow-write=/tmp",
  "--allow-run=deno,nats-server,redis-server,openssl",
];

/** The real Google clients against the emulator, whose certificate is localhost's. */
const GOOGLE = [
  "--allow-net=127.0.0.1,localhost",
  "--allow-read",
  EMULATOR,
  ENGINES[1]!,
  "--allow-run=deno",
];

/** A test asks for a collection before it looks what is held. */
const COLLECTS = "--v8-flags=--expose-gc";

const END_TO_END = [
  suite("memory", ["tests/memory"], [REPOSITORY, COLLECTS]),
  realTime("end to end", ["tests/end_to_end/calls"], [
    LOOPBACK,
    ...ENGINES,
    "--allow-run=deno",
  ], WAITING),
  realTime("live bus and store", ["tests/live/bus_and_store"], BUS_AND_STORE, WAITING),
  realTime("live servers", ["tests/live/servers"], [...SERVERS, EMULATOR], PROCESSES),
  realTime("live loss", ["tests/live/loss"], SERVERS, PROCESSES),
  // Hardly any of these has processes beside it.
  realTime("google", ["tests/google"], GOOGLE, { limitMinutes: 10, filesTogether: 4 }),
  // What measures the pace, or runs several systems, has the machine to itself.
  realTime("pace", ["tests/end_to_end/paced"], [LOOPBACK, ...ENGINES], ALONE),
  realTime("live alone", ["tests/live/alone"], SERVERS, ALONE),
];

const SOAK = [suite("soak", ["tests/soak"], [LOOPBACK, ...ENGINES, COLLECTS], {
  ...ALONE,
  limitMinutes: 60,
})];

/** The stand-ins themselves, and what runs only where they stand in. */
const NOT_ON_JSR = ["stand-ins"];

export const PLANS = {
  ok: [...CHECKS, ...UNIT],
  test: [...CHECKS, INSTALL, INSTALL_SERVERS, ...UNIT, ...END_TO_END],
  soak: [INSTALL, ...SOAK],
  jsr: [INSTALL, INSTALL_SERVERS, ...UNIT, ...END_TO_END].filter(({ name }) =>
    !NOT_ON_JSR.includes(name)
  ),
} satisfies Record<string, readonly Step[]>;

export type Plan = keyof typeof PLANS;
