import assert from "node:assert/strict";
import { test } from "node:test";
import { generateText, stepCountIs } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { somaTools } from "soma-memory/ai-sdk";
import { collect, newSoma } from "./service.js";

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** A model that makes the given tool calls one after the other, and then repeats what the last tool answered. */
function scripted(...calls: { toolName: string; input: object }[]) {
  const model = new MockLanguageModelV3({
    doGenerate: async ({ prompt }) => {
      const call = calls.shift();
      const last = prompt.at(-1);
      const content = call
        ? [{ type: "tool-call" as const, toolCallId: crypto.randomUUID(), toolName: call.toolName, input: JSON.stringify(call.input) }]
        : [{ type: "text" as const, text: JSON.stringify(last?.content) }];
      return { content, finishReason: { unified: call ? "tool-calls" as const : "stop" as const, raw: undefined }, usage, warnings: [] };
    },
  });
  return model;
}

test("A model remembers, recalls and forgets through the tools of the AI SDK", async () => {
  const soma = newSoma();
  const tools = somaTools(soma, { payload: { user: "ada" }, min_relevance: 0.2 });
  const run = (...calls: { toolName: string; input: object }[]) =>
    generateText({ model: scripted(...calls), tools, stopWhen: stepCountIs(5), prompt: "go on" });
  await run({ toolName: "remember", input: { text: "Ada is allergic to nuts", id: "allergy" } });
  assert.deepEqual((await soma.get("@allergy")).payload, { user: "ada", text: "Ada is allergic to nuts" });
  const recalled = await run({ toolName: "recall", input: { query: "is Ada allergic to nuts?" } });
  assert.match(recalled.text, /@allergy\] Ada is allergic to nuts/);
  await run({ toolName: "forget", input: { id: "@allergy" } });
  assert.deepEqual(await collect(soma.list()), []);
});

test("A call with wrong arguments is refused before it reaches the service", async () => {
  const soma = newSoma();
  const result = await generateText({
    model: scripted({ toolName: "remember", input: { txt: "?" } }), tools: somaTools(soma), stopWhen: stepCountIs(3), prompt: "go on",
  });
  assert.equal(JSON.stringify(result.steps).includes("missing: text"), true);
  assert.deepEqual(await collect(soma.list()), []);
});

test("A tool that is bound to a filter does not forget what is outside of it", async () => {
  const soma = newSoma();
  await soma.store({ id: "other", payload: { user: "bob", text: "Bob's" } });
  const { forget } = somaTools(soma, { filters: { user: "ada" } });
  assert.deepEqual(await forget.execute({ id: "@other" }), { deleted: false });
});
