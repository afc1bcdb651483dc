import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { readBusinessText, writeBusinessText } from "./business_text.ts";

const SHOP = 'id: shop\nversion: 3\ngreeting:\n  text: Hello.\ncalled_numbers:\n  - "+1555"\n';

describe("readBusinessText()", () => {
  it("reads what `writeBusinessText` has written, numbers and keys as texts", () => {
    const business = sampleBusiness({
      version: 7,
      name: 'קפה: "בוקר"\n#1',
      system_prompt: "a\n\nb",
    });
    const read = readBusinessText(writeBusinessText(business), "shop.yaml");
    assert(read.ok, JSON.stringify(read));
    assertEquals(read.business as unknown, business);
    assertEquals(read.version, 7);
  });

  it("reads JSON, and a business file with one entry", () => {
    for (
      const text of ['{"id":"shop","version":3}', "businesses:\n  - id: shop\n    version: 3\n"]
    ) {
      const read = readBusinessText(text, "f");
      assert(read.ok);
      assertEquals(read.business as unknown, { id: "shop", version: 3 });
    }
  });

  it("leaves a version away that is not there, and takes what is there as it is", () => {
    const versionOf = (text: string) => {
      const read = readBusinessText(text, "f");
      return read.ok && read.version;
    };
    assertEquals(versionOf("id: shop"), undefined);
    assertEquals(versionOf("id: shop\nversion: three"), "three");
  });

  it("places the fields that the API refuses", () => {
    const read = readBusinessText(SHOP, "shop.yaml");
    assert(read.ok);
    const at = (field: string) => read.placed({ field, message: "wrong" });
    assertEquals(at("greeting.text"), "shop.yaml:4:9 greeting.text: wrong");
    assertEquals(at("called_numbers.0"), "shop.yaml:6:5 called_numbers.0: wrong");
    assertEquals(at("fallback"), "shop.yaml:1:1 fallback: wrong");
    assertEquals(at("(body)"), "shop.yaml:1:1 (body): wrong");
  });

  it("places them within a business file too", () => {
    const read = readBusinessText("businesses:\n  - id: shop\n    name: 5\n", "all.yaml");
    assert(read.ok);
    assertEquals(read.placed({ field: "name", message: "wrong" }), "all.yaml:3:11 name: wrong");
  });

  for (
    const [text, problem] of [
      ["id: shop\n name: x\n", "f:1:5 YAML: "],
      ["id: shop\nid: shop\n", "f:2:1 YAML: "],
      ['{"id": "shop",\n "name": }}', "f:2:11 YAML: "],
      ["id: *nobody", "f:1:1 YAML: "],
      ["", "f:1:1 must be one business"],
      ["- id: shop", "f:1:1 must be one business"],
      ["name: Shop", "f:1:1 id: is missing"],
      ["name: Shop\nid: 5", "f:2:5 id: must be a text, received 5"],
      ["businesses: []", "f:1:1 must hold one business, received 0"],
      ["businesses: [{id: a}, {id: b}]", "f:1:1 must hold one business, received 2"],
    ] as const
  ) {
    it(`says where ${JSON.stringify(text)} is wrong`, () => {
      const read = readBusinessText(text, "f");
      assert(!read.ok && read.problems[0]!.startsWith(problem), JSON.stringify(read));
    });
  }
});
