import { assert, assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { BusMessage } from "shared/bus/bus.ts";
import { NatsBus, type NatsEvent, type NatsTls } from "shared/bus/nats_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { bytes, textsOf } from "../../contract/bus_rig.ts";
import { Received } from "../../contract/received.ts";

const { state } = await Deno.permissions.query({ name: "run", command: "openssl" });

async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args, stderr: "piped" }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** A CA of our own and a server certificate under it; under Deno a server given by address is checked as localhost. */
async function certificates(folder: string): Promise<void> {
  const at = (name: string) => `${folder}/${name}`;
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=Kav test CA"],
    ...["-addext", "basicConstraints=critical,CA:TRUE"],
    ...["-keyout", at("ca.key"), "-out", at("ca.pem")],
  );
  await openssl(
    ...["req", ...newKey, "-subj", "/CN=localhost"],
    ...["-keyout", at("server.key"), "-out", at("server.csr")],
  );
  await Deno.writeTextFile(at("server.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  await openssl(
    ...["x509", "-req", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key")],
    ...["-CAcreateserial", "-days", "2", "-extfile", at("server.ext"), "-out", at("server.pem")],
  );
  await Deno.writeTextFile(
    at("nats.conf"),
    `tls { cert_file: "${at("server.pem")}", key_file: "${at("server.key")}" }\n`,
  );
}

describe("NatsBus over TLS", { ignore: state !== "granted" }, () => {
  let folder: string;
  let server: NatsServer;
  beforeAll(async () => {
    folder = await Deno.makeTempDir({ prefix: "kav-nats-tls-" });
    await certificates(folder);
    server = await NatsServer.start({ config: `${folder}/nats.conf` });
  });
  afterAll(async () => {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  });

  const scene = (tls: NatsTls) => {
    const events = new Received<NatsEvent>();
    const options = {
      servers: [server.url],
      name: "tls",
      inboxPrefix: "_INBOX_tls",
      clock: new SystemClock(),
      tls,
      onEvent: events.add,
      onError: () => {},
    };
    return { options, events };
  };

  it("trusts the CA it was given, and comes back after a restart", async () => {
    const { options, events } = scene({ ca: await Deno.readTextFile(`${folder}/ca.pem`) });
    const bus = await NatsBus.connect(options, AbortSignal.timeout(20_000));
    const got = new Received<BusMessage>();
    bus.subscribe("tls.x", got.add);
    bus.publish("tls.x", bytes("1"));
    await got.atLeast(1);
    await server.kill();
    await server.startAgain();
    await events.where(() => events.items.some(({ kind }) => kind === "reconnected"));
    bus.publish("tls.x", bytes("2"));
    assertEquals(textsOf(await got.atLeast(2)), ["1", "2"]);
    await bus.close();
  });

  it("does not connect to a server it cannot trust, and says why", async () => {
    const { options, events } = scene({});
    const abort = new AbortController();
    const connecting = NatsBus.connect(options, abort.signal).then(() => "connected", () => "not");
    const [first] = await events.atLeast(1);
    assert(first?.kind === "connecting");
    assert(/certificate|issuer|unknown/i.test(first.error.message), first.error.message);
    abort.abort();
    assertEquals(await connecting, "not");
  });
});
