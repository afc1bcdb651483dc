import { z } from "zod";
import { businessUpdate } from "./business_update.ts";
import { greetingStates } from "./greeting_states.ts";
import { shownBusiness } from "./hidden_secrets.ts";
import { PATHS } from "./paths.ts";
import { problem, PROBLEM_TYPE } from "./problem.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const SCHEMAS = {
  Business: schemaOf(shownBusiness, "output"),
  BusinessUpdate: schemaOf(businessUpdate, "input"),
  Businesses: {
    type: "object",
    properties: { businesses: { type: "array", items: schemaRef("Business") } },
    required: ["businesses"],
    additionalProperties: false,
  },
  Greetings: schemaOf(greetingStates, "output"),
  Problem: schemaOf(problem, "output"),
};

const RETRY_AFTER = { "Retry-After": { description: "Seconds", schema: { type: "integer" } } };

/** Answers that are errors. */
const PROBLEMS = {
  "400": problemOf("The body is not JSON in UTF-8"),
  "401": problemOf("No bearer token, or another than ADMIN_TOKEN, or none is set", {
    "WWW-Authenticate": { description: "Bearer", schema: { type: "string" } },
  }),
  "404": problemOf("There is no such business"),
  "409": problemOf("Another version is stored, or a number reaches another business"),
  "413": problemOf("The body has more than 256 KiB"),
  "422": problemOf("Fields are wrong: `errors` names each"),
  "500": problemOf("It failed unexpectedly"),
  "503": problemOf("The store is away, or the service has not started yet", RETRY_AFTER),
};

type ProblemCode = keyof typeof PROBLEMS;

const ANY: readonly ProblemCode[] = ["401", "500", "503"];

const ID = {
  name: "id",
  in: "path",
  required: true,
  schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
};
const VERSION = {
  name: "version",
  in: "query",
  description: "The version that was read: another one is not deleted",
  schema: { type: "integer", minimum: 1 },
};

/** The API as an OpenAPI 3.1 document. Its schemas are those by which requests are checked. */
export function openApiDocument(): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "Kav: businesses and their greetings",
      version: "1",
      description: "Versions are optimistic: who writes names the version that he has read.",
    },
    security: [{ token: [] }],
    paths: {
      [PATHS.businesses]: {
        get: operation("listBusinesses", "All businesses, by id", {
          "200": json("The businesses", "Businesses"),
        }, ANY),
      },
      [PATHS.business]: { parameters: [ID], ...businessOperations() },
      [PATHS.greetings]: {
        get: operation("listGreetings", "How the greeting of each business is, by id", {
          "200": json("The greetings", "Greetings"),
        }, ANY),
      },
      [PATHS.openApi]: {
        get: {
          ...operation("readDocument", "This document", {
            "200": {
              description: "OpenAPI 3.1",
              content: { "application/json": { schema: { type: "object" } } },
            },
          }, ["500", "503"]),
          security: [],
        },
      },
    },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "The setting ADMIN_TOKEN" },
      },
      schemas: SCHEMAS,
    },
  };
}

function businessOperations(): JsonObject {
  return {
    get: operation("readBusiness", "One business", {
      "200": json("The business", "Business"),
    }, ["404", "422", ...ANY]),
    put: {
      ...operation("writeBusiness", "Stores a business, as the next version", {
        "200": json("It was replaced, or is the same", "Business"),
        "201": json("It was not there, and is now", "Business"),
      }, ["400", "409", "413", "422", ...ANY]),
      requestBody: {
        required: true,
        content: { "application/json": { schema: schemaRef("BusinessUpdate") } },
      },
    },
    delete: {
      ...operation("deleteBusiness", "Deletes a business with its greeting", {
        "204": { description: "It is not there any more" },
      }, ["404", "409", "422", ...ANY]),
      parameters: [VERSION],
    },
  };
}

function operation(
  operationId: string,
  summary: string,
  answers: JsonObject,
  problems: readonly ProblemCode[],
): JsonObject {
  const failures = problems.map((code) => [code, PROBLEMS[code]] as const);
  return { operationId, summary, responses: { ...answers, ...Object.fromEntries(failures) } };
}

function json(description: string, schema: keyof typeof SCHEMAS): JsonObject {
  return { description, content: { "application/json": { schema: schemaRef(schema) } } };
}

function problemOf(description: string, headers?: JsonObject): JsonObject {
  const content = { [PROBLEM_TYPE]: { schema: schemaRef("Problem") } };
  return { description, ...headers && { headers }, content };
}

function schemaRef(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** OpenAPI 3.1 takes JSON Schema as it is (draft 2020-12). */
function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
  return rest;
}
