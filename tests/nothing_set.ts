import { SETTING_GROUPS } from "deploy/configuration.ts";

/** An environment in which no setting is set: what the machine that tests has set is not what is tested. */
export const NOTHING_SET: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(SETTING_GROUPS).flatMap((group) =>
    Object.values(group).flatMap(({ name, aliases }) =>
      [name, ...aliases].map((each) => [each, ""])
    )
  ),
);
