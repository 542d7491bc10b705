import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "@langchain/langgraph-sdk";
import { newKey, url } from "./service.mjs";

const storeOf = (apiKey) => new Client({ apiUrl: url, apiKey, callerOptions: { maxRetries: 0 } }).store;
const newStore = async () => storeOf(await newKey());
const keysOf = ({ items }) => items.map((item) => item.key).sort();

test("An item is put, read, replaced and deleted", async () => {
  const store = await newStore();
  await store.putItem(["users", "ada"], "a diet/ü", { text: "no nuts", n: 1, none: null });
  const first = await store.getItem(["users", "ada"], "a diet/ü");
  await store.putItem(["users", "ada"], "a diet/ü", { text: "no milk" });
  const second = await store.getItem(["users", "ada"], "a diet/ü");
  assert.deepEqual([first.namespace, first.key, first.value], [["users", "ada"], "a diet/ü", { text: "no nuts", n: 1, none: null }]);
  assert.deepEqual([second.value, second.createdAt], [{ text: "no milk" }, first.createdAt]);
  assert.ok(new Date(second.updatedAt).getTime() > new Date(first.updatedAt).getTime());
  await store.deleteItem(["users", "ada"], "a diet/ü");
  await store.deleteItem(["users", "ada"], "a diet/ü");
  assert.equal(await store.getItem(["users", "ada"], "a diet/ü"), null);
});

test("Items are searched by prefix, filter and query", async () => {
  const store = await newStore();
  await store.putItem(["d", "a"], "cat", { text: "The cat sleeps on the sofa", n: 1 });
  await store.putItem(["d", "a"], "tax", { text: "The tax return is due in May", n: 2 });
  await store.putItem(["d", "b"], "raw", { text: "The cat is not indexed", n: 3 }, { index: false });
  await store.putItem(["d2"], "other", { text: "A cat elsewhere", n: 3 });
  assert.deepEqual(keysOf(await store.searchItems(["d"])), ["cat", "raw", "tax"]);
  assert.deepEqual(keysOf(await store.searchItems([], { filter: { n: { $gte: 2 } } })), ["other", "raw", "tax"]);
  assert.deepEqual(keysOf(await store.searchItems(["d"], { filter: { n: 3 } })), ["raw"]);
  const { items } = await store.searchItems(["d"], { query: "a sleeping cat" });
  assert.deepEqual([items[0].key, items.length, items.find((item) => item.key === "raw").score], ["cat", 3, undefined]);
  assert.ok(items[0].score > 0);
  assert.equal((await store.searchItems(["d"], { limit: 2, offset: 2 })).items.length, 1);
});

test("Namespaces are listed", async () => {
  const store = await newStore();
  for (const labels of [["docs", "b", "c"], ["docs", "a"], ["notes", "b"]]) await store.putItem(labels, "k", {});
  assert.deepEqual((await store.listNamespaces()).namespaces, [["docs", "a"], ["docs", "b", "c"], ["notes", "b"]]);
  assert.deepEqual((await store.listNamespaces({ prefix: ["docs"], maxDepth: 1 })).namespaces, [["docs"]]);
  assert.deepEqual((await store.listNamespaces({ suffix: ["b"] })).namespaces, [["notes", "b"]]);
});

test("A lifetime begins anew with a read that asks for it, and ends", async () => {
  const store = await newStore();
  await store.putItem(["t"], "short", {}, { ttl: 0.003 });
  await store.putItem(["t"], "long", {}, { ttl: 60 });
  const before = await store.getItem(["t"], "long");
  const after = await store.getItem(["t"], "long", { refreshTtl: true }).then(() => store.getItem(["t"], "long"));
  assert.ok(new Date(after.updatedAt) > new Date(before.updatedAt));
  const end = Date.now() + 60_000;
  while ((await store.getItem(["t"], "short")) !== null) assert.ok(Date.now() < end);
  assert.deepEqual(keysOf(await store.searchItems(["t"], { refreshTtl: true })), ["long"]);
});

test("An item of one user is never shown to another", async () => {
  const [ada, bob] = [await newStore(), await newStore()];
  await ada.putItem(["users", "ada"], "canary", { text: "the canary sings at noon" });
  await ada.putItem(["users", "adam"], "canary", { text: "another canary" });
  assert.equal(await bob.getItem(["users", "ada"], "canary"), null);
  assert.deepEqual((await bob.searchItems([], { query: "canary" })).items, []);
  assert.deepEqual((await bob.listNamespaces()).namespaces, []);
  const { items } = await ada.searchItems(["users", "ada"], { query: "canary" });
  assert.deepEqual(items.map((item) => item.namespace), [["users", "ada"]]);
});

test("Concurrent puts lose nothing", async () => {
  const store = await newStore();
  await Promise.all(Array.from({ length: 40 }, (_, i) => store.putItem(["w"], `${i}`, { i })));
  assert.equal((await store.searchItems(["w"], { limit: 100 })).items.length, 40);
});

test("A wrong key, a key that may only read and a wrong namespace are refused", async () => {
  await assert.rejects(storeOf("soma_wrong_key").getItem(["a"], "k"), /403/);
  await assert.rejects(storeOf(await newKey(["read"])).putItem(["a"], "k", {}), /403/);
  await assert.rejects((await newStore()).putItem([], "k", {}), /400/);
  await assert.rejects((await newStore()).putItem([""], "k", {}), /422/);
});
