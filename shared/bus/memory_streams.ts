import type { Clock } from "shared/clock/clock.ts";
import type { Headers } from "./bus.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { MemoryConsumer } from "./memory_consumer.ts";
import { MemoryStream } from "./memory_stream.ts";
import type { StreamSpec } from "./stream_spec.ts";
import { assertPattern, literalPrefix, patternsOverlap } from "./subject_rules.ts";

export interface MemoryStreamsParts {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly onError: (error: unknown, subject: string) => void;
}

interface DeclaredStream {
  readonly stream: MemoryStream;
  readonly patterns: readonly { readonly prefix: string; readonly pattern: string }[];
  readonly consumers: ReadonlyMap<string, MemoryConsumer>;
}

/** The declared streams of a memory bus, with their consumers. */
export class MemoryStreams {
  readonly #declared: readonly DeclaredStream[];

  /** @throws {TypeError} when names repeat or two streams take the same subject. */
  constructor(specs: readonly StreamSpec[], parts: MemoryStreamsParts) {
    assertConsistent(specs);
    this.#declared = specs.map((spec) => declare(spec, parts));
  }

  /** Keeps the message in the stream that takes its subject; undefined when none does. */
  capture(
    subject: string,
    data: Uint8Array,
    headers: Headers,
    messageId?: string,
  ): { duplicate: boolean } | undefined {
    for (const { stream, patterns, consumers } of this.#declared) {
      if (!patterns.some((each) => takes(each, subject))) continue;
      const captured = stream.capture(subject, data, headers, messageId);
      for (const consumer of consumers.values()) consumer.wake();
      return captured;
    }
    return undefined;
  }

  /** @throws {Error} when the stream or its consumer is not declared. */
  consumer(stream: string, durable: string): MemoryConsumer {
    const declared = this.#declared.find((each) => each.stream.spec.name === stream);
    const consumer = declared?.consumers.get(durable);
    if (consumer) return consumer;
    throw new Error(
      `Cannot consume: the stream and its durable consumer are declared, received ${stream}/${durable}`,
    );
  }

  close(): void {
    for (const { consumers } of this.#declared) {
      for (const consumer of consumers.values()) consumer.close();
    }
  }
}

function declare(spec: StreamSpec, parts: MemoryStreamsParts): DeclaredStream {
  const stream = new MemoryStream(spec, parts.clock);
  return {
    stream,
    patterns: spec.subjects.map((pattern) => ({ pattern, prefix: literalPrefix(pattern) })),
    consumers: new Map(
      (spec.consumers ?? []).map((consumer) => [
        consumer.durable,
        new MemoryConsumer(consumer, { ...parts, stream }),
      ]),
    ),
  };
}

/** The prefix turns away every audio subject for a few nanoseconds. */
function takes({ prefix, pattern }: { prefix: string; pattern: string }, subject: string): boolean {
  return subject.startsWith(prefix) && patternsOverlap(pattern, subject);
}

function assertConsistent(specs: readonly StreamSpec[]): void {
  const seen: StreamSpec[] = [];
  for (const spec of specs) {
    spec.subjects.forEach(assertPattern);
    for (const other of seen) {
      const shared = spec.subjects.find((a) => other.subjects.some((b) => patternsOverlap(a, b)));
      if (other.name === spec.name || shared !== undefined) {
        throw new TypeError(
          `Cannot declare streams: names and subjects belong to one stream, received ${spec.name} beside ${other.name}`,
        );
      }
    }
    seen.push(spec);
  }
}
