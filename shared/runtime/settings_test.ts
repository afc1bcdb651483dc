import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { describeSettings, readSettings, secret, urls } from "./env.ts";

const SPEC = {
  servers: urls({
    name: "SERVERS",
    meaning: "Where they are",
    protocols: ["nats", "tls"],
    required: true,
  }),
};
const read = (raw?: string) => readSettings(SPEC, () => raw);

describe("urls()", () => {
  it("takes one address or more, blanks around them cut off", () => {
    for (
      const [raw, servers] of [
        ["nats://a:4222", ["nats://a:4222"]],
        ["nats://a, tls://u:p@b:1 ,nats://c", ["nats://a", "tls://u:p@b:1", "nats://c"]],
      ] as const
    ) {
      const result = read(raw);
      assertEquals(result.ok && result.values.servers, servers);
    }
  });

  it("refuses a list with one wrong address, passwords masked", () => {
    for (const raw of ["nats://a,http://b", "nats://a,", "a:4222"]) {
      assertEquals(read(raw).ok, false, raw);
    }
    assertEquals(read("nats://u:geheim@a,ftp://b"), {
      ok: false,
      problems: [
        "SERVERS: an address beginning with nats:// or tls://; several with commas between, " +
        "received nats://********@a,ftp://b",
      ],
    });
  });

  it("names a required setting that is missing or blank", () => {
    const problems = [
      "SERVERS: must be set: an address beginning with nats:// or tls://; several with commas between",
    ];
    assertEquals(read(), { ok: false, problems });
    assertEquals(read("  "), { ok: false, problems });
  });

  it("shows every address without its password", () => {
    const [row] = describeSettings(SPEC, () => "nats://u:geheim@a, nats://u:auch@b");
    assertEquals(row?.current, "nats://********@a,nats://********@b");
  });
});

describe("secret()", () => {
  const read = (raw: string) => {
    const token = secret({ name: "TOKEN", meaning: "Key", minLength: 4, why: "it is guessed" });
    return readSettings({ token }, () => raw);
  };

  it("refuses one that is too short, without showing it", () => {
    const problem = "TOKEN: a secret of 4 characters at least, received ********: it is guessed";
    assertEquals(read("s3c"), { ok: false, problems: [problem] });
    assertEquals(read("s3cr").ok, true);
  });
});
