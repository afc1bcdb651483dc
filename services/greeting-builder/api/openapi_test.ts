import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { PATHS } from "./paths.ts";
import { ApiBench, DOCUMENT, type Operation } from "../testing/api_bench.ts";

/** The statuses of each operation. Whether they are all that can come, `ApiBench` sees with every request. */
const ANSWERS = {
  listBusinesses: "200 401 500 503",
  readBusiness: "200 401 404 422 500 503",
  writeBusiness: "200 201 400 401 409 413 422 500 503",
  deleteBusiness: "204 401 404 409 422 500 503",
  listGreetings: "200 401 500 503",
  readDocument: "200 500 503",
};

const operations: readonly Operation[] = Object.values(DOCUMENT.paths)
  .flatMap((path) => Object.entries(path))
  .flatMap(([name, operation]) => name === "parameters" ? [] : [operation]);

describe("openApiDocument()", () => {
  it("has every path and every status", () => {
    assertEquals(Object.keys(DOCUMENT.paths), Object.values(PATHS));
    const answers = operations.map(({ operationId, responses }) =>
      [operationId, Object.keys(responses).join(" ")] as const
    );
    assertEquals(Object.fromEntries(answers), ANSWERS);
  });

  it("opens nothing but itself", () => {
    const open = operations.filter(({ security }) => security !== undefined);
    assertEquals(open.map(({ operationId, security }) => [operationId, security]), [
      ["readDocument", []],
    ]);
  });

  it("refers to nothing that is not there", () => {
    const refs = [...JSON.stringify(DOCUMENT).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    assert(refs.length > 10);
    for (const [, path] of refs) {
      // deno-lint-ignore no-explicit-any -- a walk down
      const target = path!.split("/").reduce<any>((at, key) => at?.[key], DOCUMENT);
      assertEquals(typeof target, "object", path);
    }
  });

  it("describes what is sent and what is answered, by the schemas of the checks", async () => {
    const { body } = await new ApiBench().ask("GET", "/api/openapi.json");
    assertEquals(body, DOCUMENT);
    const { Business, BusinessUpdate } = body.components.schemas;
    assertEquals(
      Object.keys(Business.properties).toSorted(),
      Object.keys(BusinessUpdate.properties).toSorted(),
    );
    for (const name of Object.keys(SAMPLE_BUSINESS)) assert(name in Business.properties, name);
    assertEquals([Business.additionalProperties, BusinessUpdate.additionalProperties], [
      false,
      false,
    ]);
    const needed = [
      "name",
      "called_numbers",
      "greeting",
      "not_understood",
      "questions",
      "goodbye",
      "fallback",
    ];
    assertEquals(BusinessUpdate.required, needed);
  });
});
