/** The users of `nats.conf`, and how their passwords reach nats-server and `deno task nats:init`. */
export const NATS_USERS = [
  "edge",
  "stt",
  "dialog",
  "greetings",
  "site",
  "tap",
  "admin",
] as const;

export type NatsUser = typeof NATS_USERS[number];
export type NatsPasswords = Readonly<Record<NatsUser, string>>;

/** From much else nats-server reads a number, a comment or a block, and from short words such as `on` a boolean. */
const SAFE_PASSWORD = /^[A-Za-z][A-Za-z0-9_-]{7,}$/;
const PASSWORD_BYTES = 18;

/** `KAV_NATS_EDGE_PASSWORD` and so on. */
export const passwordVariable = (user: NatsUser): string =>
  `KAV_NATS_${user.toUpperCase()}_PASSWORD`;

/** What replies to a user's requests begin with; `nats.conf` lets it subscribe to no other inbox. */
export const inboxPrefix = (user: string): string => `_INBOX_${user}`;

/** New passwords of 144 random bits for all users. */
export function newPasswords(): NatsPasswords {
  return everyUser(() => {
    const hex = [...crypto.getRandomValues(new Uint8Array(PASSWORD_BYTES))]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `p${hex}`;
  });
}

/**
 * The environment that `nats.conf` needs.
 *
 * @throws {TypeError} for a password that nats-server would not read as it stands; an empty one would let anybody in.
 */
export function passwordEnvironment(passwords: NatsPasswords): Record<string, string> {
  return Object.fromEntries(NATS_USERS.map((user) => {
    if (!SAFE_PASSWORD.test(passwords[user])) {
      throw new TypeError(
        `Cannot use the password of ${user}: it must be a letter followed by 7 or more of A-Z a-z 0-9 _ -`,
      );
    }
    return [passwordVariable(user), passwords[user]];
  }));
}

function everyUser(passwordOf: (user: NatsUser) => string): NatsPasswords {
  return Object.fromEntries(
    NATS_USERS.map((user) => [user, passwordOf(user)]),
  ) as Record<NatsUser, string>;
}
