import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { toolAddresses } from "./tool_addresses.ts";

const url = (host: string) => new URL(`https://${host}/`);
const asked: string[] = [];
const found = (...addresses: string[]) => (name: string) => {
  asked.push(name);
  return Promise.resolve(addresses);
};

describe("toolAddresses()", () => {
  it("has every address of a name", async () => {
    asked.length = 0;
    const addresses = ["93.184.215.14", "2a00:1450::1"];
    assertEquals(await toolAddresses(url("A.Example"), found(...addresses), false), {
      ok: true,
      addresses,
    });
    assertEquals(asked, ["a.example"]);
  });

  it("takes an address in the URL for itself", async () => {
    const never = () => Promise.reject(new Error("asked"));
    assertEquals(await toolAddresses(url("8.8.8.8"), never, false), {
      ok: true,
      addresses: ["8.8.8.8"],
    });
    assertEquals(await toolAddresses(url("[::1]"), never, true), { ok: true, addresses: ["::1"] });
  });

  it("refuses a name when one of its addresses is private", async () => {
    const resolve = found("93.184.215.14", "10.0.0.1");
    assertEquals(await toolAddresses(url("a.example"), resolve, false), {
      ok: false,
      reason: "private",
    });
    assertEquals((await toolAddresses(url("a.example"), resolve, true)).ok, true);
  });

  it("does not know a name without addresses", async () => {
    for (const resolve of [found(), () => Promise.reject(new Error("ENOTFOUND"))]) {
      const result = await toolAddresses(url("a.example"), resolve, true);
      assertEquals(result, { ok: false, reason: "unknown" });
    }
  });
});
