import type { Soma } from "./client.js";
import type { ContextOptions } from "./context.js";

// The mark by which the AI SDK knows a schema of its own (`jsonSchema()` in package `ai`). With it, nothing is imported from there.
const schemaMark = Symbol.for("vercel.ai.schema");

export interface ToolSettings extends Pick<ContextOptions, "max_tokens" | "min_relevance" | "filters"> {
  /** Fields that every remembered payload gets, e.g. `{ user: "ada" }`. */
  payload?: Record<string, unknown>;
}

/**
 * Tools for `generateText` and `streamText` of the Vercel AI SDK: `remember`, `recall` and `forget`. The namespace is that of the client: a
 * model cannot name another one.
 */
export function somaTools(soma: Soma, settings: ToolSettings = {}) {
  const { payload = {}, max_tokens = 1000, min_relevance, filters } = settings;
  return {
    remember: {
      description: "Stores one fact for later conversations. State it so that it is understood alone. Give an id to replace what is stored under it.",
      inputSchema: schema<{ text: string; id?: string; importance?: number }>({
        text: { type: "string", minLength: 1, description: "The fact, in one or two sentences." },
        id: { type: "string", minLength: 1, description: "The id of the memory to replace, as recall shows it." },
        importance: { type: "number", minimum: 0, description: "1 is ordinary." },
      }, ["text"]),
      execute: async ({ text, id, importance }: { text: string; id?: string; importance?: number }, call?: ToolCall) => {
        const coord = id === undefined ? undefined : keyOf(id);
        const stored = await soma.store({ coord, importance, payload: { ...payload, text } }, forCall(call));
        return { id: stored.coord, stored: true };
      },
    },
    recall: {
      description: "Finds what is remembered about something. Answers one line a memory with its date and id, most relevant first.",
      inputSchema: schema<{ query: string }>({
        query: { type: "string", minLength: 1, description: "What to look for, in words." },
      }, ["query"]),
      execute: async ({ query }: { query: string }, call?: ToolCall) => {
        const context = await soma.context(query, { max_tokens, min_relevance, filters }, { signal: call?.abortSignal });
        return context.text || "Nothing is remembered about this.";
      },
    },
    forget: {
      description: "Deletes one memory by its id, as recall shows it.",
      inputSchema: schema<{ id: string }>({
        id: { type: "string", minLength: 1, description: "The id of the memory." },
      }, ["id"]),
      execute: async ({ id }: { id: string }, call?: ToolCall) => {
        const { deleted } = await soma.deleteMany({ coords: [keyOf(id)], filters }, forCall(call));
        return { deleted: deleted > 0 };
      },
    },
  };
}

/** The part of the AI SDK's second argument that is used here. */
interface ToolCall {
  abortSignal?: AbortSignal;
}

const forCall = (call?: ToolCall) => ({ signal: call?.abortSignal });

/** A model sends back the key that recall showed, such as `@kettle` or `1.0,2.0`, or makes up an id of its own. */
const keyOf = (id: string) => (id.startsWith("@") || isCoordinate(id) ? id : `@${id}`);

const isCoordinate = (id: string) => id.split(",").every((number) => number.trim() !== "" && Number.isFinite(Number(number)));

interface Property {
  type: "string" | "number";
  description: string;
  minLength?: number;
  minimum?: number;
}

function schema<T extends object>(properties: Record<string, Property>, required: string[]) {
  const validate = (value: unknown) => {
    const fault = faultOf(value, properties, required);
    return fault === undefined ? { success: true as const, value: value as T } : { success: false as const, error: new Error(fault) };
  };
  // Typed as any, because the type of the AI SDK's own schemas is built on a symbol that only its package can name.
  const made: any = { [schemaMark]: true, _type: undefined, jsonSchema: { type: "object", properties, required, additionalProperties: false }, validate };
  return made;
}

function faultOf(value: unknown, properties: Record<string, Property>, required: string[]): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "an object is needed";
  const missing = required.filter((name) => !(name in value) || (value as Record<string, unknown>)[name] === "");
  if (missing.length > 0) return `missing: ${missing.join(", ")}`;
  const wrong = Object.entries(value).filter(([name, given]) => given !== undefined && given !== null && typeof given !== properties[name]?.type);
  return wrong.length > 0 ? `unknown or of another type: ${wrong.map(([name]) => name).join(", ")}` : undefined;
}
