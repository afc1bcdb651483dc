/**
 * `kav/pure`: cores take `now` and bytes as arguments and give results. In them: no Deno, timers, clock
 * reads, randomness, console or I/O, no packages but the ones named here, and no value from a file that is
 * not pure itself (types are free).
 */
import { isReference, lastName, propertyName } from "./globals.ts";
import { importVisitor } from "./imports.ts";
import { isTest, repoPath, resolveImport, type Target } from "./repo_path.ts";

const PURE_FILES: readonly RegExp[] = [
  /^shared\/media\//,
  /^shared\/bus\/(subjects|audio_codec)\.ts$/,
  /^shared\/store\/(greeting_(entry|key)|heard_text|call_record_bounds)\.ts$/,
  /^shared\/speech\/(sentences|uncovered_audio)\.ts$/,
  /^shared\/speech\/chain\/(circuit_breaker|voice_log|call_memory)\.ts$/,
  /^shared\/speech\/google\/(recognition\/(renewal_policy|speech_request|phrase_hints|caller_speech)|synthesis\/(wav|ssml|speech_pieces|google_voice|refused_names))\.ts$/,
  /^services\/dialog-tts-service\/(turn\/\w+|speech\/(credit_window|piece_ranges|words_heard)|line\/event_order|dialog\/(\w+|tools\/(public_address|tool_request)))\.ts$/,
  /^services\/dialog-tts-service\/dialog\/llm\/(speakable_word|piece_cutter|prompt|chat_messages|chunk_deltas|tool_calls|call_tools|llm_failure|package_errors)\.ts$/,
  /^services\/stt-service\/(endpointer|promoted_words|voice_tracker|overhang_filter|echo_bar|sounded_frames|partial_debounce|drain_pacer)\.ts$/,
  /^services\/ws-edge\/tx\/(queue|paced_sender|own_loudness|send_ledger|play_log|control_desk|credit_desk|tx_stats)\.ts$/,
  /^services\/ws-edge\/twilio\//,
];

/** What single files may import besides: each is a computation. */
const ALLOWED: readonly (readonly [file: RegExp, name: string])[] = [
  [/^shared\/media\/mulaw\.ts$/, "alawmulaw"],
  [/^shared\/store\/greeting_(entry|key)\.ts$/, "node:crypto"],
  [/^services\/dialog-tts-service\/dialog\/tools\/tool_request\.ts$/, "node:crypto"],
  [/^services\/ws-edge\/twilio\/(signature|stream_token)\.ts$/, "node:crypto"],
  [/^services\/ws-edge\/twilio\/twiml\.ts$/, "twilio"],
];

const FORBIDDEN_GLOBALS = new Set([
  ...["Deno", "process", "globalThis", "self"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval"],
  ...["queueMicrotask", "performance", "Temporal", "crypto", "console"],
  ...["fetch", "WebSocket", "WebSocketStream", "EventSource", "Worker", "BroadcastChannel"],
]);
const FORBIDDEN_MEMBERS = new Set(["Date.now", "Math.random", "AbortSignal.timeout"]);

/** Whether this path holds code that must be pure. */
export function isPure(path: string): boolean {
  return !isTest(path) && PURE_FILES.some((pattern) => pattern.test(path));
}

export const pure: Deno.lint.Rule = {
  create(context) {
    const path = repoPath(context.filename);
    if (!isPure(path)) return {};
    const report = (node: Deno.lint.Node, what: string) =>
      context.report({ node, message: `Cannot use ${what}: ${path} is pure` });
    return {
      ...importVisitor(({ node, specifier, typeOnly }) => {
        if (!mayImport(path, resolveImport(path, specifier), typeOnly)) report(node, specifier);
      }),
      Identifier(node) {
        if (FORBIDDEN_GLOBALS.has(node.name) && isReference(node)) report(node, node.name);
      },
      MemberExpression(node) {
        const member = `${lastName(node.object)}.${propertyName(node)}`;
        if (FORBIDDEN_MEMBERS.has(member)) report(node, member);
      },
      'NewExpression[callee.name="Date"][arguments.length=0]'(node: Deno.lint.NewExpression) {
        report(node, "new Date()");
      },
      'CallExpression[callee.name="Date"]'(node: Deno.lint.CallExpression) {
        report(node, "Date()");
      },
    };
  },
};

function mayImport(from: string, target: Target, typeOnly: boolean): boolean {
  if (target.kind === "file") return typeOnly || isPure(target.path);
  return ALLOWED.some(([file, name]) => file.test(from) && name === target.name);
}
