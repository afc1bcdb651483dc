/** Stand-ins for the tests of this service: a business, a store that can be away, a log that is read. */
import type { Log, LogFields, LogLevel } from "shared/runtime/log.ts";
import { type Business, business, type FallbackVerb } from "shared/store/business.ts";
import type {
  BusinessStore,
  BusinessWrite,
  NextAction,
  NextActionStore,
} from "shared/store/stores.ts";

export function aBusiness(id: string, number: string, fallback?: FallbackVerb): Business {
  return business.parse({
    id,
    name: id,
    called_numbers: [number],
    greeting: { text: "Hello." },
    not_understood: "Pardon?",
    questions: [{ id: "hours", phrasings: ["when are you open"], answer: "Always." }],
    goodbye: { phrasings: ["goodbye"], text: "Goodbye." },
    fallback: fallback ?? { do: "say", text: `${id} is away.` },
  });
}

/** How a store behaves: it answers, it fails, or it hangs until released. */
export class StoreMood {
  state: "answers" | "fails" | "hangs" = "answers";
  /** Calls that were begun. */
  asked = 0;
  /** Ends the calls that hang. */
  release: () => void = () => {};
  #released = Promise.withResolvers<void>();

  hang(): void {
    this.state = "hangs";
    this.#released = Promise.withResolvers<void>();
    this.release = () => {
      this.state = "answers";
      this.#released.resolve();
    };
  }

  async answer<T>(value: () => T): Promise<T> {
    this.asked++;
    if (this.state === "fails") throw new Error("store away");
    if (this.state === "hangs") await this.#released.promise;
    return value();
  }
}

export class FakeBusinessStore implements BusinessStore {
  readonly mood = new StoreMood();
  businesses: Business[];

  constructor(...businesses: Business[]) {
    this.businesses = businesses;
  }

  get(id: string): Promise<Business | undefined> {
    return this.mood.answer(() => this.businesses.find((business) => business.id === id));
  }

  byNumber(number: string): Promise<Business | undefined> {
    return this.mood.answer(() =>
      this.businesses.find((business) => business.called_numbers.includes(number))
    );
  }

  list(): Promise<Business[]> {
    return this.mood.answer(() => this.businesses);
  }

  lastVersion(id: string): Promise<number> {
    return this.mood.answer(() => this.businesses.find((of) => of.id === id)?.version ?? 0);
  }

  put(business: Business): Promise<BusinessWrite> {
    return this.mood.answer(() => {
      this.businesses = [...this.businesses.filter(({ id }) => id !== business.id), business];
      return { ok: true };
    });
  }

  delete(id: string): Promise<BusinessWrite> {
    return this.mood.answer(() => {
      this.businesses = this.businesses.filter((business) => business.id !== id);
      return { ok: true };
    });
  }
}

export class FakeNextActionStore implements NextActionStore {
  readonly mood = new StoreMood();
  readonly entries = new Map<string, NextAction>();

  get(call: string): Promise<NextAction | undefined> {
    return this.mood.answer(() => this.entries.get(call));
  }

  put(call: string, action: NextAction): Promise<void> {
    return this.mood.answer(() => void this.entries.set(call, action));
  }

  delete(call: string): Promise<void> {
    return this.mood.answer(() => void this.entries.delete(call));
  }
}

/** Keeps every line; `warnLimited` is not held back, and shows its key. */
export class RecordedLog implements Log {
  readonly lines: string[] = [];

  debug = (message: string, fields?: LogFields) => this.#add("debug", message, fields);
  info = (message: string, fields?: LogFields) => this.#add("info", message, fields);
  warn = (message: string, fields?: LogFields) => this.#add("warn", message, fields);
  error = (message: string, fields?: LogFields) => this.#add("error", message, fields);

  warnLimited(key: string, message: string, fields?: LogFields): void {
    this.#add("warn", `${key}: ${message}`, fields);
  }

  with(): Log {
    return this;
  }

  #add(level: LogLevel, message: string, fields?: LogFields): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  }
}
