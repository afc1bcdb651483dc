/** Google takes leave of connections that are idle, or old, by a GOAWAY: this must end neither them nor the process. */
import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import {
  createIdentity,
  type EmulatorIdentity,
} from "shared/testing/google_emulator/emulator_identity.ts";

/** So often that a process which can crash of it does. */
const ROUNDS = 10;
const CONNECTIONS = 10;
const CHECK_MS = 2_000;
const INVALID_ARGUMENT = "3";

let identity: EmulatorIdentity;
let server: Http2SecureServer;
let sessions: Set<ServerHttp2Session>;

/** A gRPC answer to the check of a connection. */
function answer(stream: ServerHttp2Stream): void {
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": INVALID_ARGUMENT }));
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.end();
}

function keep(session: ServerHttp2Session): void {
  sessions.add(session);
  session.on("error", () => {});
  session.on("close", () => sessions.delete(session));
}

async function sayGoAway(): Promise<void> {
  const closed = [...sessions].map((session) => once(session, "close"));
  for (const session of sessions) session.goaway(constants.NGHTTP2_NO_ERROR);
  await Promise.all(closed);
}

beforeEach(async () => {
  identity = await createIdentity();
  sessions = new Set();
  server = createSecureServer({
    key: Buffer.from(identity.certificateKey),
    cert: Buffer.from(identity.certificate),
  });
  server.on("stream", answer).on("session", keep).listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  server.close();
  await once(server, "close");
});

describe("googleConnections()", () => {
  it("makes connections that are there again after a GOAWAY while they were idle", async () => {
    const { port } = server.address() as { port: number };
    const endpoint = { host: "localhost", port, ca: identity.ca };
    const connect = googleConnections(endpoint, identity.account);
    for (let round = 0; round < ROUNDS; round++) {
      const connections = await Promise.all(Array.from({ length: CONNECTIONS }, connect));
      const checkAll = () => Promise.all(connections.map((each) => each.check(CHECK_MS)));
      await checkAll();
      assertEquals(sessions.size, CONNECTIONS);
      await sayGoAway();
      await checkAll();
      assertEquals(sessions.size, CONNECTIONS);
      await Promise.all(connections.map((each) => each.close()));
      await Promise.all([...sessions].map((session) => once(session, "close")));
    }
  });
});
