import VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";

type SayLanguage = NonNullable<VoiceResponse.SayAttributes["language"]>;

/** The answers to Twilio's webhooks. None leaves a call in silence: what follows the last verb is `<Hangup/>`. */

/**
 * `<Say>` takes 3,000 to 5,000 characters by the voice, and 4,500 of the URL-encoded text (warning 13521); a
 * business's text may have 5,000. A letter outside ASCII has 6 and more when encoded.
 */
const MAX_SAY_ENCODED_CHARS = 2_900;
/** Reported by users, in no document: name and value of a `<Parameter>` have 500 characters together. */
const MAX_PARAMETER_CHARS = 499;
// What XML 1.0 cannot carry even escaped; the XML writer throws on it.
// deno-lint-ignore no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** A two-way stream, then the question what comes next, asked when the stream has been closed. */
export function connectTwiml(
  { streamUrl, parameters, redirectUrl }: {
    readonly streamUrl: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly redirectUrl: string;
  },
): string {
  const response = new VoiceResponse();
  const stream = response.connect().stream({ url: streamUrl });
  for (const [name, value] of Object.entries(parameters)) {
    const room = MAX_PARAMETER_CHARS - name.length;
    stream.parameter({ name, value: xmlText(value.slice(0, room)) });
  }
  response.redirect({ method: "POST" }, redirectUrl);
  return response.toString();
}

export function hangupTwiml(): string {
  const response = new VoiceResponse();
  response.hangup();
  return response.toString();
}

/** Connects the caller with `number` (E.164), and ends the call after it, answered or not. */
export function dialTwiml(number: string): string {
  const response = new VoiceResponse();
  response.dial(number);
  response.hangup();
  return response.toString();
}

export function sayThenHangupTwiml(text: string, language: string): string {
  const response = new VoiceResponse();
  for (const part of sayable(xmlText(text))) {
    response.say({ language: language as SayLanguage }, part);
  }
  response.hangup();
  return response.toString();
}

function xmlText(text: string): string {
  return text.replace(NOT_XML, "");
}

/** Cut at spaces, so that every part fits a `<Say>`. */
function sayable(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (const word of text.split(/\s+/)) {
    const longer = part ? `${part} ${word}` : word;
    if (part && encodeURIComponent(longer).length > MAX_SAY_ENCODED_CHARS) {
      parts.push(part);
      part = word;
    } else {
      part = longer;
    }
  }
  return part ? [...parts, part] : parts;
}
