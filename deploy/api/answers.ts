/** What the business API answers, as far as command lines look at it: fields they do not know go through. */
import { z } from "zod";

export const storedBusiness = z.looseObject({
  id: z.string(),
  version: z.int(),
  name: z.string(),
  called_numbers: z.array(z.string()),
  language: z.string(),
  greeting: z.looseObject({ text: z.string() }),
});

export const businessList = z.object({ businesses: z.array(storedBusiness) });

export const GREETING_STATES = ["fresh", "stale", "missing"] as const;

export const greetingList = z.object({
  greetings: z.array(z.object({
    business_id: z.string(),
    name: z.string(),
    state: z.enum(GREETING_STATES),
    bytes: z.int().nullable(),
    updated_at: z.string().nullable(),
    last_error: z.object({ error: z.string(), failed_at: z.string() }).nullable(),
  })),
});

/** A problem document (RFC 9457), with what this API adds to it. */
export const problemDocument = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  current: z.int().nullable().optional(),
  number: z.string().optional(),
  business: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

export type StoredBusiness = z.infer<typeof storedBusiness>;
export type GreetingStatus = z.infer<typeof greetingList>["greetings"][number];
export type ProblemDocument = z.infer<typeof problemDocument>;
