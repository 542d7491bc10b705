import assert from "node:assert/strict";
import { test } from "node:test";
import { newSoma } from "./service.js";

test("The context has a line a memory with date and key, most relevant first", async () => {
  const soma = newSoma();
  await soma.batch([
    { id: "kettle", payload: { text: "The kettle is in the\nblue cupboard", timestamp: "2026-01-02T03:04:05Z" } },
    { id: "bike", payload: { text: "The bike has a flat tyre", speaker: "Ada", timestamp: 1767409445 } },
  ]);
  const context = await soma.context("where is the kettle?", { min_relevance: 0.3 });
  assert.equal(String(context), "Memories, most relevant first (date, key, text):\n- [2026-01-02 03:04 @kettle] The kettle is in the blue cupboard");
  assert.deepEqual(context.memories.map((memory) => memory.id), ["kettle"]);
  assert.match((await soma.context("the flat tyre of the bike", { heading: "" })).text, /^- \[2026-01-03 03:04 @bike\] Ada: The bike has a flat tyre/);
});

test("The context keeps its budget, and passes over what does not fit", async () => {
  const soma = newSoma();
  await soma.batch(Array.from({ length: 40 }, (_, i) => ({ id: `tea-${i}`, payload: { text: `Tea number ${i} ${"is very green ".repeat(i % 5)}` } })));
  for (const max_tokens of [30, 100, 400]) {
    const context = await soma.context("which tea is green?", { max_tokens });
    assert.ok(context.tokens <= max_tokens && Buffer.byteLength(context.text) <= max_tokens * 4, `${context.tokens} of ${max_tokens}`);
    assert.equal(context.text.split("\n").length, context.memories.length + 1);
  }
  const words = (text: string) => text.split(/\s+/).length;
  assert.ok(words((await soma.context("green tea", { max_tokens: 60, countTokens: words })).text) <= 60);
});

test("A memory that is too long alone is cut, and nothing relevant is no text", async () => {
  const soma = newSoma();
  assert.equal((await soma.context("anything")).text, "");
  await soma.store({ id: "long", payload: { text: `The story of the lighthouse ${"went on and on ".repeat(40)}` } });
  const context = await soma.context("lighthouse", { max_tokens: 200, countTokens: (text) => Math.ceil(text.length / 2) });
  assert.ok(context.text.endsWith("…") && context.tokens <= 200);
});
