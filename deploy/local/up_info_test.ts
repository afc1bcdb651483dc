import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { UpFile, type UpInfo } from "./up_info.ts";

let folder: string;

beforeEach(async () => {
  await Deno.mkdir(".kav", { recursive: true });
  folder = await Deno.makeTempDir({ dir: ".kav" });
});
afterEach(() => Deno.remove(folder, { recursive: true }));

const INFO: UpInfo = {
  webhook: "http://127.0.0.1:8080",
  nats: "nats://127.0.0.1:4222",
  tap_url: "nats://tap:x@127.0.0.1:4222",
  site_url: "nats://site:x@127.0.0.1:4222",
  redis: "redis://127.0.0.1:6379",
  api: "http://127.0.0.1:8081",
  admin_token: "x",
  services: [{ name: "nats-server", instance: null, pid: 7, http: null }],
};

describe("UpFile", () => {
  const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name);

  it("holds what runs, for its owner only, and leaves nothing beside it", () => {
    const file = new UpFile(`${folder}/up.json`);
    file.write({ ...INFO, services: [] });
    file.write(INFO);
    assertEquals(JSON.parse(Deno.readTextFileSync(`${folder}/up.json`)), INFO);
    assertEquals((Deno.statSync(`${folder}/up.json`).mode ?? 0) & 0o777, 0o600);
    assertEquals(names(), ["up.json"]);
  });

  it("stays when another run has written it since", () => {
    const [mine, other] = [new UpFile(`${folder}/up.json`), new UpFile(`${folder}/up.json`)];
    mine.write(INFO);
    other.write({ ...INFO, services: [] });
    mine.remove();
    assertEquals(names(), ["up.json"]);
    other.remove();
    assertEquals(names(), []);
  });

  it("is gone when removed, twice too", () => {
    const file = new UpFile(`${folder}/up.json`);
    file.write(INFO);
    file.remove();
    file.remove();
    assertEquals(names(), []);
  });
});
