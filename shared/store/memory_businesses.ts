import type { Business } from "./business.ts";
import type { BusinessStore, BusinessWrite } from "./stores.ts";

/** The businesses inside one process. */
export class MemoryBusinesses implements BusinessStore {
  readonly #byId = new Map<string, Business>();
  readonly #idByNumber = new Map<string, string>();
  /** The versions that the deletions were, also of what was put again since. */
  readonly #deleted = new Map<string, number>();

  get(id: string): Promise<Business | undefined> {
    return Promise.resolve(structuredClone(this.#byId.get(id)));
  }

  byNumber(number: string): Promise<Business | undefined> {
    const id = this.#idByNumber.get(number);
    return id === undefined ? Promise.resolve(undefined) : this.get(id);
  }

  list(): Promise<Business[]> {
    return Promise.resolve(structuredClone([...this.#byId.values()]));
  }

  lastVersion(id: string): Promise<number> {
    return Promise.resolve(this.#lastVersion(id));
  }

  put(business: Business, over?: number): Promise<BusinessWrite> {
    const refused = this.#versionRefusal(business.id, over) ?? this.#numberRefusal(business);
    if (refused) return Promise.resolve(refused);
    this.#freeNumbers(business.id);
    for (const number of business.called_numbers) this.#idByNumber.set(number, business.id);
    this.#byId.set(business.id, structuredClone(business));
    return Promise.resolve({ ok: true });
  }

  delete(id: string, over?: number): Promise<BusinessWrite> {
    const refused = this.#versionRefusal(id, over);
    if (refused) return Promise.resolve(refused);
    this.#freeNumbers(id);
    const stored = this.#byId.get(id);
    if (stored) this.#deleted.set(id, stored.version + 1);
    this.#byId.delete(id);
    return Promise.resolve({ ok: true });
  }

  #lastVersion(id: string): number {
    return this.#byId.get(id)?.version ?? this.#deleted.get(id) ?? 0;
  }

  #versionRefusal(id: string, over: number | undefined): BusinessWrite | undefined {
    const current = this.#lastVersion(id);
    if (over === undefined || over === current) return undefined;
    return { ok: false, reason: "version", current };
  }

  #numberRefusal({ id, called_numbers }: Business): BusinessWrite | undefined {
    for (const number of called_numbers) {
      const holder = this.#idByNumber.get(number) ?? id;
      if (holder !== id) return { ok: false, reason: "number", number, holder };
    }
    return undefined;
  }

  #freeNumbers(id: string): void {
    for (const number of this.#byId.get(id)?.called_numbers ?? []) this.#idByNumber.delete(number);
  }
}
