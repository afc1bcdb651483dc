import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { endpointOf } from "./endpoint.ts";

const API = "speech.googleapis.com";

describe("endpointOf()", () => {
  it("is Google's own when nothing is set", () => {
    assertEquals(endpointOf(API, ""), { host: API, port: 443 });
  });

  it("is the server of the setting, with the certificates it must descend from", () => {
    const expected = { host: "localhost", port: 4433, ca: "PEM" };
    assertEquals(endpointOf(API, "localhost:4433", { ca: "PEM" }), expected);
  });

  it("has the region before its name", () => {
    const region = "europe-west4";
    assertEquals(endpointOf(API, "", { region }).host, "europe-west4-speech.googleapis.com");
    assertEquals(endpointOf(API, "speech.test:1", { region }), {
      host: "europe-west4-speech.test",
      port: 1,
    });
  });
});
