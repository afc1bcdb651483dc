import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LogCounter } from "./log_counter.ts";

const at = "2026-11-21T18:37:43.512Z";

describe("LogCounter", () => {
  let counter: LogCounter;
  beforeEach(() => {
    counter = new LogCounter();
  });

  it("counts warnings and errors, whichever call they are of, most frequent first", () => {
    counter.take("edge-1", `${at} error it failed call=CA1`);
    counter.take("edge-1", `${at} warn worker lost role=stt call=CA1`);
    counter.take("edge-1", `${at} warn worker lost role=dialog call=CA2`);
    counter.take("edge-2", `${at} warn worker lost role=dialog call=CA2`);
    assertEquals(counter.most(2), [
      "2 x edge-1: warn worker lost",
      "1 x edge-1: error it failed",
    ]);
  });

  it("takes no other line", () => {
    counter.take("edge-1", `${at} info call started call=CA1`);
    counter.take("nats-server", "[7] warn of its own");
    counter.take("edge-1", "");
    assertEquals(counter.most(9), []);
  });

  it("keeps no more kinds than a person could read", () => {
    for (let i = 0; i < 300; i++) counter.add(`kind ${i}`);
    counter.add("kind 0");
    assertEquals([counter.most(300).length, counter.most(1)], [200, ["2 x kind 0"]]);
  });
});
