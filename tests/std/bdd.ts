/**
 * A stand-in for `@std/testing/bdd` over `Deno.test`: the same names and signatures. An outermost
 * `describe` is a test, whatever is inside it a step, so that hooks and sanitizers nest with them.
 */

export type TestFn<T> = (this: T, t: Deno.TestContext) => void | Promise<void>;
export type HookFn<T> = (this: T) => void | Promise<void>;

type Sanitizers = Pick<Deno.TestDefinition, "sanitizeOps" | "sanitizeResources" | "sanitizeExit">;
type Permissions = Pick<Deno.TestDefinition, "permissions">;

export interface ItOptions extends Sanitizers, Permissions {
  ignore?: boolean;
  only?: boolean;
}
export interface ItDefinition<T> extends ItOptions {
  name: string;
  fn: TestFn<T>;
}
export type DescribeOptions = ItOptions;
export interface DescribeDefinition extends DescribeOptions {
  name: string;
  fn?: () => void;
}

type Context = Record<string, unknown>;
type Hook = HookFn<Context>;

interface Case {
  readonly kind: "case";
  readonly name: string;
  readonly fn: TestFn<Context>;
  readonly options: ItOptions;
}

class Suite {
  readonly kind = "suite";
  readonly beforeAll: Hook[] = [];
  readonly afterAll: Hook[] = [];
  readonly beforeEach: Hook[] = [];
  readonly afterEach: Hook[] = [];
  readonly children: (Suite | Case)[] = [];

  constructor(
    readonly name: string,
    readonly options: DescribeOptions,
    readonly parent: Suite | undefined,
  ) {}
}

/** The file itself. Deno loads each test file on its own, this module with it. */
const root = new Suite("", {}, undefined);
let current = root;

type ItArgs<T> =
  | [name: string, fn: TestFn<T>]
  | [name: string, options: ItOptions, fn: TestFn<T>]
  | [fn: TestFn<T>]
  | [definition: ItDefinition<T>];

export interface It {
  <T>(...args: ItArgs<T>): void;
  only<T>(...args: ItArgs<T>): void;
  ignore<T>(...args: ItArgs<T>): void;
  skip<T>(...args: ItArgs<T>): void;
}

type DescribeArgs =
  | [name: string, fn?: () => void]
  | [name: string, options: DescribeOptions, fn?: () => void]
  | [definition: DescribeDefinition];

export interface Describe {
  (...args: DescribeArgs): void;
  only(...args: DescribeArgs): void;
  ignore(...args: DescribeArgs): void;
  skip(...args: DescribeArgs): void;
}

/** Registers one test. */
export const it: It = Object.assign(
  <T>(...args: ItArgs<T>) => addCase(args, {}),
  {
    only: <T>(...args: ItArgs<T>) => addCase(args, { only: true }),
    ignore: <T>(...args: ItArgs<T>) => addCase(args, { ignore: true }),
    skip: <T>(...args: ItArgs<T>) => addCase(args, { ignore: true }),
  },
);

export const test: It = it;

/** Registers a group of tests; its function runs at once and must not be async. */
export const describe: Describe = Object.assign(
  (...args: DescribeArgs) => addSuite(args, {}),
  {
    only: (...args: DescribeArgs) => addSuite(args, { only: true }),
    ignore: (...args: DescribeArgs) => addSuite(args, { ignore: true }),
    skip: (...args: DescribeArgs) => addSuite(args, { ignore: true }),
  },
);

/** Runs before the first test of the group, once. */
export function beforeAll<T>(fn: HookFn<T>): void {
  addHook("beforeAll", fn as Hook);
}

/** Runs after the last test of the group, once, also when tests failed. */
export function afterAll<T>(fn: HookFn<T>): void {
  addHook("afterAll", fn as Hook);
}

/** Runs before each test of the group and of the groups in it, outer groups first. */
export function beforeEach<T>(fn: HookFn<T>): void {
  addHook("beforeEach", fn as Hook);
}

/** Runs after each test of the group and of the groups in it, inner groups first, also after a failure. */
export function afterEach<T>(fn: HookFn<T>): void {
  addHook("afterEach", fn as Hook);
}

export { beforeAll as before };
export { afterAll as after };

function addHook(kind: "beforeAll" | "afterAll" | "beforeEach" | "afterEach", fn: Hook): void {
  current[kind].push(fn);
  if (current !== root) return;
  if (kind === "beforeAll") Deno.test.beforeAll(() => fn.call(rootContext));
  if (kind === "afterAll") Deno.test.afterAll(() => fn.call(rootContext));
}

const rootContext: Context = {};

function addCase<T>(args: ItArgs<T>, more: ItOptions): void {
  const { name, fn, ...options } = itDefinition(args as ItArgs<Context>);
  const child: Case = { kind: "case", name, fn, options: { ...options, ...more } };
  current.children.push(child);
  if (current !== root) return;
  Deno.test({
    ...child.options,
    name,
    fn: (t) => runCase(child, [root], Object.create(rootContext), t),
  });
}

function addSuite(args: DescribeArgs, more: DescribeOptions): void {
  const { name, fn, ...options } = describeDefinition(args);
  const suite = new Suite(name, { ...options, ...more }, current);
  current.children.push(suite);
  const outer = current;
  current = suite;
  try {
    const returned: unknown = fn?.();
    if (returned instanceof Promise) {
      throw new TypeError(`Cannot describe "${name}": its function must not return a promise`);
    }
  } finally {
    current = outer;
  }
  if (outer !== root) return;
  Deno.test({
    ...suite.options,
    only: wantsOnly(suite),
    name,
    fn: (t) => runSuite(suite, [root], Object.create(rootContext), t, wantsOnly(suite)),
  });
}

function itDefinition(args: ItArgs<Context>): ItDefinition<Context> {
  const [first, second, third] = args;
  if (typeof first === "function") return { name: first.name, fn: first };
  if (typeof first === "object") return first;
  if (typeof second === "function") return { name: first, fn: second };
  if (third) return { ...second, name: first, fn: third };
  throw new TypeError(`Cannot register "${first}": a test needs a function`);
}

function describeDefinition(args: DescribeArgs): DescribeDefinition {
  const [first, second, third] = args;
  if (typeof first === "object") return first;
  const options = typeof second === "object" ? second : {};
  const fn = typeof second === "function" ? second : third;
  return fn ? { ...options, name: first, fn } : { ...options, name: first };
}

function wantsOnly(of: Suite | Case): boolean {
  if (of.options.only) return true;
  return of.kind === "suite" && of.children.some(wantsOnly);
}

/**
 * @param onlyMarked whether a test here or beside this group is marked `only`: then inside a group that
 *   holds marked ones, just those run
 */
async function runSuite(
  suite: Suite,
  path: readonly Suite[],
  context: Context,
  t: Deno.TestContext,
  onlyMarked: boolean,
): Promise<void> {
  const inner = [...path, suite];
  const someMarked = onlyMarked && suite.children.some(wantsOnly);
  await withHooks(suite.beforeAll, suite.afterAll, context, async () => {
    for (const child of suite.children) {
      const { only: _, permissions: __, ...options } = child.options;
      const ownContext = Object.create(context);
      await t.step({
        ...options,
        name: child.name,
        ignore: options.ignore === true || (someMarked && !wantsOnly(child)),
        fn: (step) =>
          child.kind === "case"
            ? runCase(child, inner, ownContext, step)
            : runSuite(child, inner, ownContext, step, someMarked),
      });
    }
  });
}

async function runCase(
  of: Case,
  path: readonly Suite[],
  context: Context,
  t: Deno.TestContext,
): Promise<void> {
  const before = path.flatMap((suite) => suite.beforeEach);
  const after = path.toReversed().flatMap((suite) => suite.afterEach);
  await withHooks(before, after, context, () => of.fn.call(context, t));
}

/** Runs `before`, `body`, and in any case all of `after`; no failure hides another. */
async function withHooks(
  before: readonly Hook[],
  after: readonly Hook[],
  context: Context,
  body: () => void | Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  try {
    for (const hook of before) await hook.call(context);
    await body();
  } catch (error) {
    errors.push(error);
  }
  for (const hook of after) {
    try {
      await hook.call(context);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, "The test and its hooks failed");
}
