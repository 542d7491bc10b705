import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation } from "@langchain/langgraph-checkpoint";
import { SomaStore, type SomaStoreSettings } from "soma-memory/langgraph";
import { newSoma, until, untilRefined } from "./service.js";

// What LangGraph documents of its stores, beyond what the library's own tests of the store show.

const newStore = (settings: SomaStoreSettings = {}) => new SomaStore(newSoma(), settings);
const keysOf = (items: { key: string }[]) => items.map((item) => item.key).sort();

test("What is not there is null, and to delete it is nothing", async () => {
  const store = newStore();
  assert.equal(await store.get(["a"], "k"), null);
  await store.delete(["a"], "k");
  assert.deepEqual(await store.search(["a"]), []);
  assert.deepEqual(await store.listNamespaces(), []);
});

test("A put replaces the whole value, and an item that was deleted begins anew", async () => {
  const store = newStore();
  await store.put(["a"], "k", { old: 1, both: 1 });
  const first = await store.get(["a"], "k");
  await store.put(["a"], "k", { both: 2 });
  assert.deepEqual((await store.get(["a"], "k"))?.value, { both: 2 });
  await store.delete(["a"], "k");
  await store.put(["a"], "k", { both: 3 });
  const last = await store.get(["a"], "k");
  assert.ok(last!.createdAt.getTime() >= first!.createdAt.getTime());
  assert.deepEqual(last!.value, { both: 3 });
});

test("Values come back as they were put", async () => {
  const store = newStore();
  const value = { text: "ä 日本 🗝 \n\t\"\\", none: null, no: false, n: -1.5e-7, whole: 9007199254740991, list: [1, [2, { a: [] }], "x"], empty: {}, "a.b": 1, "": 2 };
  await store.put(["a"], "k", value);
  assert.deepEqual((await store.get(["a"], "k"))?.value, value);
  assert.deepEqual((await store.search(["a"]))[0]?.value, value);
});

test("Labels and keys mean themselves, whatever patterns a database would see in them", async () => {
  const store = newStore();
  const labels = ["u%", "u_", "uX", "u\\", "u*", "u/", "u'", "U%", "u%\n"];
  for (const label of labels) await store.put([label], "k", { label });
  for (const label of labels) assert.deepEqual((await store.search([label])).map((item) => item.value["label"]), [label]);
  for (const key of ["k", "k\n", "K", "k ", "%", "é", "e\u0301"]) await store.put(["keys"], key, { key });
  for (const key of ["k", "k\n", "K", "k ", "%", "é", "e\u0301"]) assert.deepEqual((await store.get(["keys"], key))?.value, { key });
});

test("Pages show each item once, and end where the items do", async () => {
  const soma = newSoma();
  const store = new SomaStore(soma);
  const keys = Array.from({ length: 23 }, (_, i) => `k${i}`);
  for (const key of keys) await store.put(["p", key.slice(-1)], key, { text: `the kettle number ${key}`, odd: Number(key.slice(1)) % 2 });
  await untilRefined(soma);
  for (const query of [undefined, "kettle"]) {
    const seen: string[] = [];
    for (let offset = 0; offset <= keys.length; offset += 5) seen.push(...keysOf(await store.search(["p"], { limit: 5, offset, query })));
    assert.deepEqual(seen.sort(), [...keys].sort());
    assert.equal((await store.search(["p"], { limit: 100, query, filter: { odd: 1 } })).length, 11);
    assert.deepEqual(await store.search(["p"], { offset: 23, query }), []);
  }
  assert.equal((await store.search(["p"])).length, 10);
});

test("Without a query the item that was put last comes first", async () => {
  const store = newStore();
  for (const key of ["a", "b", "c"]) await store.put(["o"], key, {});
  await store.put(["o"], "a", { again: true });
  assert.deepEqual((await store.search(["o"])).map((item) => item.key), ["a", "c", "b"]);
});

test("Scores fall, and a filter holds for what a query finds", async () => {
  const store = newStore();
  const texts = ["green tea in the morning", "green tea", "black coffee", "the tax return", "tea leaves and a green pot"];
  for (const [i, text] of texts.entries()) await store.put(["q"], `${i}`, { text, even: i % 2 === 0 });
  const scores = (await store.search(["q"], { query: "green tea" })).flatMap((item) => item.score ?? []);
  assert.deepEqual(scores, [...scores].sort((one, other) => other - one));
  assert.ok(scores.length > 0 && scores.every((score) => score >= 0 && score <= 1));
  assert.deepEqual(keysOf(await store.search(["q"], { query: "green tea", filter: { even: true } })), ["0", "2", "4"]);
});

test("The paths of a put go before those of the store", async () => {
  const store = newStore({ index: ["title"] });
  await store.put(["i"], "title", { title: "a giraffe", body: "numbers" });
  await store.put(["i"], "body", { title: "numbers", body: "a giraffe" }, ["body"]);
  await store.put(["i"], "unseen", { title: "numbers", body: "a giraffe" });
  await store.put(["i"], "none", { title: "a giraffe" }, false);
  const found = await store.search(["i"], { query: "giraffe" });
  assert.deepEqual(keysOf(found.slice(0, 2)), ["body", "title"]);
  assert.deepEqual(found.filter((item) => item.key === "none").map((item) => item.score), [undefined]);
});

test("Namespaces are matched at both ends, with wildcards, before they are cut and paged", async () => {
  const store = newStore();
  const namespaces = [["a", "x", "1"], ["a", "y", "1"], ["a", "y", "2"], ["b", "x", "1"], ["b"], ["a", "x", "1", "deep"]];
  for (const namespace of namespaces) await store.put(namespace, "k", {});
  assert.deepEqual(await store.listNamespaces({ prefix: ["a"], suffix: ["1"] }), [["a", "x", "1"], ["a", "y", "1"]]);
  assert.deepEqual(await store.listNamespaces({ suffix: ["x", "*"] }), [["a", "x", "1"], ["b", "x", "1"]]);
  assert.deepEqual(await store.listNamespaces({ prefix: ["a", "*", "1"] }), [["a", "x", "1"], ["a", "x", "1", "deep"], ["a", "y", "1"]]);
  assert.deepEqual(await store.listNamespaces({ maxDepth: 2 }), [["a", "x"], ["a", "y"], ["b"], ["b", "x"]]);
  assert.deepEqual(await store.listNamespaces({ maxDepth: 2, limit: 2, offset: 1 }), [["a", "y"], ["b"]]);
  assert.deepEqual(await store.listNamespaces({ prefix: ["none"] }), []);
});

test("A batch answers in its order, and applies deletes and puts of one key as the last one says", async () => {
  const store = newStore();
  await store.put(["b"], "gone", { n: 1 });
  await store.put(["b"], "kept", { n: 1 });
  const results = await store.batch([
    { namespacePrefix: ["b"], filter: { n: 1 } },
    { namespace: ["b"], key: "gone", value: null },
    { namespace: ["b"], key: "kept", value: null },
    { namespace: ["b"], key: "kept", value: { n: 2 } },
    { namespace: ["b"], key: "gone" },
    { matchConditions: [{ matchType: "prefix", path: ["b"] }], limit: 10, offset: 0 },
  ] as Operation[]);
  const [found, , , , read, listed] = results as unknown as [{ key: string }[], ...unknown[]];
  assert.deepEqual([keysOf(found), (read as { value: unknown }).value, listed], [["gone", "kept"], { n: 1 }, [["b"]]]);
  assert.equal(await store.get(["b"], "gone"), null);
  assert.deepEqual((await store.get(["b"], "kept"))?.value, { n: 2 });
});

test("An item whose time is over is gone from every read", async () => {
  const store = newStore({ ttl: 0.002 });
  await store.put(["t"], "k", { text: "short-lived" });
  await until(async () => (await store.get(["t"], "k")) === null);
  assert.deepEqual(await store.search(["t"]), []);
  assert.deepEqual(await store.search(["t"], { query: "short-lived" }), []);
  assert.deepEqual(await store.listNamespaces(), []);
});

test("Stores of one namespace of Soma share their items, and those of another see none of them", async () => {
  const soma = newSoma();
  const [one, other, elsewhere] = [new SomaStore(soma), new SomaStore(soma), newStore()];
  await one.put(["s"], "k", { text: "the canary" });
  assert.deepEqual((await other.get(["s"], "k"))?.value, { text: "the canary" });
  assert.equal(await elsewhere.get(["s"], "k"), null);
  assert.deepEqual(await elsewhere.search([], { query: "canary" }), []);
});

test("Of concurrent puts of one key one is there, whole", async () => {
  const store = newStore();
  await Promise.all(Array.from({ length: 32 }, (_, i) => store.put(["r"], "k", { i, twice: [i, i] })));
  const { i, twice } = (await store.get(["r"], "k"))!.value as { i: number; twice: number[] };
  assert.deepEqual(twice, [i, i]);
  assert.equal((await store.search(["r"])).length, 1);
});
