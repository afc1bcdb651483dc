import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { greetingHash } from "shared/store/greeting_key.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { greetingStates } from "./greeting_states.ts";
import { ApiBench } from "../testing/api_bench.ts";

const NOW = "2026-05-01T10:00:00.000Z";

let bench: ApiBench;
beforeEach(() => {
  bench = new ApiBench();
});

async function add(id: string, engine?: string): Promise<void> {
  const number = `+1555${String(1_000_000 + (await bench.stores.businesses.list()).length)}`;
  const business = sampleBusiness({ id, name: `Shop ${id}`, called_numbers: [number] });
  await bench.stores.businesses.put(business);
  if (engine === undefined) return;
  await bench.stores.greetings.put({
    businessId: id,
    ttsHash: greetingHash(business, engine),
    audio: new Uint8Array(320),
    updatedAt: NOW,
  });
}

describe("GET /api/greetings", () => {
  it("tells of every business whether its greeting is fresh, stale or missing", async () => {
    await add("c");
    await add("b", "another engine");
    await add("a", "flite");
    for (const id of ["a", "b"]) {
      await bench.stores.greetingBuilds.putFailure(id, { error: "no voice", failedAt: NOW });
    }
    const { status, body } = await bench.ask("GET", "/api/greetings");
    greetingStates.parse(body);
    const rendered = { bytes: 320, updated_at: NOW };
    assertEquals([status, body.greetings], [200, [
      { business_id: "a", name: "Shop a", state: "fresh", ...rendered, last_error: null },
      {
        business_id: "b",
        name: "Shop b",
        state: "stale",
        ...rendered,
        last_error: { error: "no voice", failed_at: NOW },
      },
      {
        business_id: "c",
        name: "Shop c",
        state: "missing",
        bytes: null,
        updated_at: null,
        last_error: null,
      },
    ]]);
  });

  it("has more of them than are read at once, each once", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `b${String(i).padStart(2, "0")}`);
    for (const id of ids) await add(id);
    const { body } = await bench.ask("GET", "/api/greetings");
    assertEquals(body.greetings.map((each: { business_id: string }) => each.business_id), ids);
  });
});
