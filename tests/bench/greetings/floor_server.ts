/** The floor: a process that takes calls as cheaply as one can, and greets each with a single frame. */
import { silentFrame } from "shared/media/frame.ts";

/** Its first line. */
export interface FloorTarget {
  readonly webhook: string;
}

const FRAME = silentFrame().toBase64();
const START = '{"event":"start"';

function twiml(host: string): Response {
  const body =
    `<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="ws://${host}` +
    `/stream"><Parameter name="leg" value="0"/></Stream></Connect></Response>`;
  // As the edge does.
  return new Response(body, { headers: { "content-type": "text/xml", connection: "close" } });
}

function stream(request: Request): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string" || !data.startsWith(START)) return;
    const { streamSid } = JSON.parse(data);
    socket.send(JSON.stringify({ event: "media", streamSid, media: { payload: FRAME } }));
  };
  // A close follows.
  socket.onerror = (event) => event.preventDefault();
  return response;
}

if (import.meta.main) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (request.headers.get("upgrade") === "websocket") return stream(request);
      await request.text();
      return twiml(new URL(request.url).host);
    },
  );
  const target: FloorTarget = { webhook: `http://127.0.0.1:${server.addr.port}` };
  console.log(JSON.stringify(target));
  for await (const _ of Deno.stdin.readable) {
    // It is asked nothing.
  }
  Deno.exit(0);
}
