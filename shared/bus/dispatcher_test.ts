import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Dispatcher } from "./dispatcher.ts";

describe("Dispatcher.push()", () => {
  it("runs jobs after the caller, in the order of the pushes, those of jobs included", async () => {
    const dispatcher = new Dispatcher();
    const ran: string[] = [];
    const job = (name: string) => ({ run: () => void ran.push(name) });
    dispatcher.push({
      run: () => {
        ran.push("a");
        dispatcher.push(job("a1"));
      },
    });
    dispatcher.push(job("b"));
    assertEquals(ran, []);
    await Promise.resolve();
    assertEquals(ran, ["a", "b", "a1"]);
  });

  it("lets timers have their turn while jobs push jobs for ever", async () => {
    const dispatcher = new Dispatcher();
    let stopped = false;
    let runs = 0;
    const endless = {
      run: () => {
        runs++;
        if (!stopped) dispatcher.push(endless);
      },
    };
    dispatcher.push(endless);
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    stopped = true;
    await new Promise<void>((resolve) => dispatcher.push({ run: resolve }));
    assert(runs > 1);
  });
});
