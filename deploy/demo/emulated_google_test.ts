import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readConfiguration } from "../configuration.ts";
import { withGoogleAt } from "./emulated_google.ts";

const credentials = {
  type: "service_account",
  client_email: "kav@emulator.iam.gserviceaccount.com",
  private_key: "key",
} as const;

describe("withGoogleAt()", () => {
  it("sends Google's clients to the simulated one, wherever they were to go", () => {
    const read = readConfiguration((name) => ({ GCP_STT_REGION: "eu" })[name]);
    if (!read.ok) throw new Error(read.problems.join());
    const at = { endpoint: { host: "localhost", port: 4711, ca: "CA" }, credentials };
    const { google, engines } = withGoogleAt(at, read.configuration);
    assertEquals(google, { credentials, ca: "CA" });
    assertEquals(engines.gcpSttEndpoint, "localhost:4711");
    assertEquals(engines.gcpTtsEndpoint, "localhost:4711");
    assertEquals(engines.gcpSttRegion, "");
    assertEquals(engines.gcpSttModel, read.configuration.engines.gcpSttModel);
  });
});
