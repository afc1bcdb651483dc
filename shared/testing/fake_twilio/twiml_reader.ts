import { readXml, type XmlElement } from "./xml.ts";

/** The TwiML verbs Kav uses. */
export type Verb =
  | {
    readonly verb: "Connect";
    /** `wss://`, or `ws://` to this machine; without a query string. */
    readonly url: string;
    readonly parameters: Readonly<Record<string, string>>;
    /** The query string that Twilio strips, when there was one. */
    readonly strippedQuery: string | null;
  }
  | { readonly verb: "Redirect"; readonly url: string; readonly method: "GET" | "POST" }
  | { readonly verb: "Dial"; readonly number: string }
  | { readonly verb: "Say"; readonly text: string }
  | { readonly verb: "Pause"; readonly lengthSeconds: number }
  | { readonly verb: "Reject"; readonly reason: string }
  | { readonly verb: "Hangup" };

export type TwimlResult =
  | { readonly ok: true; readonly verbs: readonly Verb[] }
  | { readonly ok: false; readonly problem: string };

/** Over this, name and value of a `<Parameter>` together are refused. */
const MAX_PARAMETER_LENGTH = 500;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

class TwimlError extends Error {}

/** Reads TwiML strictly: an unknown verb, attribute or value is a problem, as in Twilio's debugger. */
export function readTwiml(source: string): TwimlResult {
  const xml = readXml(source);
  if (!xml.ok) return xml;
  try {
    expectElement(xml.root, "Response", {});
    if (xml.root.text !== "") throw new TwimlError("text between verbs");
    return { ok: true, verbs: xml.root.children.map(readVerb) };
  } catch (error) {
    if (error instanceof TwimlError) return { ok: false, problem: error.message };
    throw error;
  }
}

function readVerb(element: XmlElement): Verb {
  switch (element.name) {
    case "Connect":
      return readConnect(element);
    case "Redirect": {
      const { method = "POST" } = expectElement(element, "Redirect", { method: /^(GET|POST)$/ });
      return { verb: "Redirect", url: readText(element), method: method as "GET" | "POST" };
    }
    case "Dial":
      return readDial(element);
    case "Say":
      expectElement(element, "Say", { language: /./, voice: /./, loop: /^\d+$/ });
      return { verb: "Say", text: readText(element) };
    case "Pause": {
      const { length = "1" } = expectElement(element, "Pause", { length: /^\d+$/ });
      return { verb: "Pause", lengthSeconds: Number(length) };
    }
    case "Reject": {
      const { reason } = expectElement(element, "Reject", { reason: /^(busy|rejected)$/ });
      return { verb: "Reject", reason: reason ?? "rejected" };
    }
    case "Hangup":
      expectElement(element, "Hangup", {});
      return { verb: "Hangup" };
    default:
      throw new TwimlError(`unknown verb <${element.name}>`);
  }
}

function readConnect(element: XmlElement): Verb {
  expectElement(element, "Connect", {});
  const [stream, ...others] = element.children;
  if (!stream || others.length > 0) throw new TwimlError("<Connect> holds exactly one <Stream>");
  const attributes = expectElement(stream, "Stream", { url: /./, name: /./, track: /./ });
  if (attributes.track !== undefined && attributes.track !== "inbound_track") {
    throw new TwimlError(`31941: <Connect><Stream> cannot have track "${attributes.track}"`);
  }
  const source = attributes.url ?? "";
  checkStreamUrl(source);
  const queryAt = source.indexOf("?");
  return {
    verb: "Connect",
    url: queryAt < 0 ? source : source.slice(0, queryAt),
    parameters: Object.fromEntries(stream.children.map(readParameter)),
    strippedQuery: queryAt < 0 ? null : source.slice(queryAt),
  };
}

function checkStreamUrl(source: string): void {
  const url = URL.parse(source);
  const secure = url?.protocol === "wss:";
  const local = url?.protocol === "ws:" && LOOPBACK.test(url.hostname);
  if (!secure && !local) {
    throw new TwimlError(`31922: a stream's url is wss://, received ${JSON.stringify(source)}`);
  }
}

function readParameter(element: XmlElement): [string, string] {
  const { name, value } = expectElement(element, "Parameter", { name: /./, value: /^/ });
  if (!name || value === undefined) throw new TwimlError("<Parameter> has a name and a value");
  if (name.length + value.length >= MAX_PARAMETER_LENGTH) {
    throw new TwimlError(`<Parameter name="${name}"> is longer than ${MAX_PARAMETER_LENGTH}`);
  }
  return [name, value];
}

function readDial(element: XmlElement): Verb {
  expectElement(element, "Dial", {
    callerId: /./,
    timeout: /^\d+$/,
    answerOnBridge: /^(true|false)$/,
  });
  const [number, ...others] = element.children;
  if (!number) return { verb: "Dial", number: readText(element) };
  if (others.length > 0) throw new TwimlError("<Dial> holds one <Number>");
  expectElement(number, "Number", {});
  return { verb: "Dial", number: readText(number) };
}

function readText(element: XmlElement): string {
  if (element.children.length > 0) {
    throw new TwimlError(`<${element.name}> holds text, received <${element.children[0]!.name}>`);
  }
  if (element.text === "") throw new TwimlError(`<${element.name}> is empty`);
  return element.text;
}

function expectElement(
  element: XmlElement,
  name: string,
  allowed: Readonly<Record<string, RegExp>>,
): Readonly<Record<string, string>> {
  if (element.name !== name) {
    throw new TwimlError(`<${name}> expected, received <${element.name}>`);
  }
  for (const [key, value] of Object.entries(element.attributes)) {
    const pattern = Object.hasOwn(allowed, key) ? allowed[key]! : undefined;
    if (!pattern) throw new TwimlError(`<${name}> has no attribute ${key}`);
    if (!pattern.test(value)) {
      throw new TwimlError(`<${name} ${key}> cannot be ${JSON.stringify(value)}`);
    }
  }
  return element.attributes;
}
