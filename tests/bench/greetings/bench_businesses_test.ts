import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseBusinessFile } from "shared/store/business_file.ts";
import { businessFileText, businessId, numberOf } from "./bench_businesses.ts";

describe("businessFileText()", () => {
  it("is a business file without a problem, of so many businesses", () => {
    const parsed = parseBusinessFile(businessFileText(500), "bench.yaml");
    assert(parsed.ok, JSON.stringify(parsed));
    const { businesses } = parsed;
    assertEquals(businesses.map(({ id }) => id), businesses.map((_, i) => businessId(i)));
    const numbers = businesses.map((of) => of.called_numbers);
    assertEquals(numbers, businesses.map((_, i) => [numberOf(i)]));
  });

  it("greets differently for each business", () => {
    const { businesses } = JSON.parse(businessFileText(500));
    const texts = businesses.map((of: { greeting: { text: string } }) => of.greeting.text);
    assertEquals(new Set(texts).size, 500);
  });
});
