/** A stand-in for `@std/assert` over `node:assert/strict`: the same names and signatures, never looser. */
import { strict } from "node:assert";
import { inspect } from "node:util";

// deno-lint-ignore no-explicit-any -- a constructor of any arguments, as in @std/assert
type AnyConstructor = abstract new (...args: any[]) => any;
// deno-lint-ignore no-explicit-any -- as in @std/assert
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertFalse(expr: unknown, msg = ""): asserts expr is false {
  if (expr) throw new AssertionError(msg);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  translated(() => strict.deepStrictEqual(actual, expected), msg);
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  translated(() => strict.notDeepStrictEqual(actual, expected), msg);
}

export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  translated(() => strict.strictEqual(actual, expected), msg);
}

export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  translated(() => strict.notStrictEqual(actual, expected), msg);
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    explain(`Expected a value, received ${actual}`, msg);
  }
}

export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  if (Math.abs(expected - actual) <= tolerance) return;
  explain(`Expected ${expected} within ${tolerance}, received ${actual}`, msg);
}

export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) explain(`Expected ${show(actual)} > ${show(expected)}`, msg);
}

export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) explain(`Expected ${show(actual)} >= ${show(expected)}`, msg);
}

export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) explain(`Expected ${show(actual)} < ${show(expected)}`, msg);
}

export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) explain(`Expected ${show(actual)} <= ${show(expected)}`, msg);
}

export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  explain(`Expected an instance of ${expectedType.name}, received ${show(actual)}`, msg);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) explain(`Expected ${show(actual)} to match ${expected}`, msg);
}

export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) explain(`Expected ${show(actual)} not to match ${expected}`, msg);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  explain(`Expected ${show(actual)} to contain ${show(expected)}`, msg);
}

export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const found = Array.from(actual);
  const missing = Array.from(expected).filter((wanted) => !found.some((one) => same(one, wanted)));
  if (missing.length) explain(`Expected ${show(actual)} to contain ${show(missing)}`, msg);
}

/** Fails unless `actual` has all that `expected` has; arrays within must have the same length. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- as in @std/assert: an interface has no index signature
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  translated(() => strict.deepStrictEqual(restrictedTo(expected, actual), expected), msg);
}

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checkedError(error, classOrMsg, msgIncludes, msg);
  }
  explain("Expected function to throw", typeof classOrMsg === "string" ? classOrMsg : msg);
}

export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const ownMsg = typeof classOrMsg === "string" ? classOrMsg : msg;
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    explain(`Function throws when expected to reject: ${show(error)}`, ownMsg);
  }
  try {
    await promise;
  } catch (error) {
    return checkedError(error, classOrMsg, msgIncludes, msg);
  }
  explain("Expected function to reject", ownMsg);
}

export function fail(msg?: string): never {
  explain("Failed assertion", msg);
}

export function unreachable(msg?: string): never {
  explain("Unreachable", msg);
}

function checkedError(
  error: unknown,
  classOrMsg: ErrorClass<Error> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): unknown {
  if (typeof classOrMsg !== "function") return error;
  if (!(error instanceof classOrMsg)) {
    explain(`Expected a ${classOrMsg.name} to be thrown, received ${show(error)}`, msg);
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    explain(`Expected error message ${show(error.message)} to include ${show(msgIncludes)}`, msg);
  }
  return error;
}

/** Runs a `node:assert` check without a message, so that its diff is kept, and renames its error. */
function translated(check: () => void, msg: string | undefined): void {
  try {
    check();
  } catch (error) {
    explain(error instanceof Error ? error.message : String(error), msg);
  }
}

function explain(what: string, msg: string | undefined): never {
  throw new AssertionError(msg ? `${what}: ${msg}` : what);
}

function same(a: unknown, b: unknown): boolean {
  try {
    strict.deepStrictEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

/** The part of `actual` that `expected` names. */
function restrictedTo(expected: unknown, actual: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return actual.map((item, i) => i < expected.length ? restrictedTo(expected[i], item) : item);
  }
  if (!isRecord(expected) || !isRecord(actual)) return actual;
  const part: Record<PropertyKey, unknown> = Object.create(Object.getPrototypeOf(expected));
  for (const key of Reflect.ownKeys(expected)) {
    if (key in actual) part[key] = restrictedTo(expected[key], actual[key]);
  }
  return part;
}

/** Whether to compare key by key; maps, sets, dates and typed arrays are compared whole. */
function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null &&
    Object.prototype.toString.call(value) === "[object Object]";
}

function show(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: 100 });
}
