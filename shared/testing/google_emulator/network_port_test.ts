import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { NetworkPort } from "./network_port.ts";

let port: NetworkPort;
const connect = () => Deno.connect({ hostname: "127.0.0.1", port: port.number });

/** What the other side says within 50 ms. */
async function answer(connection: Deno.Conn): Promise<string> {
  const bytes = new Uint8Array(16);
  const silence = Promise.withResolvers<string>();
  const timer = setTimeout(() => silence.resolve("nothing"), 50);
  const said = connection.read(bytes).then(
    (length) => length === null ? "end" : new TextDecoder().decode(bytes.subarray(0, length)),
    () => "broken",
  );
  const first = await Promise.race([said, silence.promise]);
  clearTimeout(timer);
  connection.close();
  await said;
  return first;
}

beforeEach(async () => {
  port = new NetworkPort((socket) => void socket.write("hello"));
  await port.open();
});

afterEach(async () => {
  await port.close();
});

describe("NetworkPort", () => {
  it("serves connections at a port that stays the same", async () => {
    const { number } = port;
    assertNotEquals(number, 0);
    assertEquals(await answer(await connect()), "hello");
    await port.close();
    await port.open();
    assertEquals([await answer(await connect()), port.number], ["hello", number]);
  });

  it("breaks connections and refuses new ones when closed", async () => {
    const connection = await connect();
    const bytes = new Uint8Array(16);
    await connection.read(bytes);
    await port.close();
    assertEquals([await answer(connection), port.serves], ["broken", false]);
    await assertRejects(connect, Deno.errors.ConnectionRefused);
  });

  it("takes connections and says nothing when mute, and counts them", async () => {
    assertEquals(await answer(await connect()), "hello");
    await port.mute();
    assertEquals([await answer(await connect()), port.serves], ["nothing", false]);
    assertEquals(port.taken, 2);
  });
});
