import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { inboxPrefix, NATS_USERS, newPasswords, passwordEnvironment } from "./users.ts";

const CONFIG = await Deno.readTextFile(new URL("nats.conf", import.meta.url));

describe("NATS_USERS", () => {
  it("are the users of nats.conf, each with its variable and its own inbox", () => {
    const users = [...CONFIG.matchAll(/user: "(\w+)", password: \$(\w+)/g)].map((
      [, name, variable],
    ) => [name, variable]);
    assertEquals(
      users,
      NATS_USERS.map((user) => [user, `KAV_NATS_${user.toUpperCase()}_PASSWORD`]),
    );
    for (const user of NATS_USERS.filter((user) => user !== "tap")) {
      assertEquals(CONFIG.split(`"${inboxPrefix(user)}.>"`).length, 2, user);
    }
  });
});

describe("newPasswords()", () => {
  it("differ from user to user and from time to time", () => {
    const passwords = [newPasswords(), newPasswords()].flatMap((each) => Object.values(each));
    assertEquals(new Set(passwords).size, 2 * NATS_USERS.length);
  });

  it("can stand in nats.conf", () => {
    const environment = passwordEnvironment(newPasswords());
    assertEquals(Object.keys(environment).length, NATS_USERS.length);
    assert(environment.KAV_NATS_TAP_PASSWORD!.length > 30);
  });
});

describe("passwordEnvironment()", () => {
  for (
    const password of [
      "",
      "true",
      "12345678",
      "7kilobytes",
      "abcd#efgh",
      "abcd efgh",
      "abcd{efgh",
      '"abcdefgh"',
    ]
  ) {
    it(`refuses the password ${JSON.stringify(password)}, and does not say it`, () => {
      const error = assertThrows(
        () => passwordEnvironment({ ...newPasswords(), site: password }),
        TypeError,
        "Cannot use the password of site",
      );
      if (password.length > 3) assert(!error.message.includes(password));
    });
  }
});
