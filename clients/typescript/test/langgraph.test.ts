import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BaseStore, InMemoryStore, InvalidNamespaceError, type Operation } from "@langchain/langgraph-checkpoint";
import { SomaStore } from "soma-memory/langgraph";
import { newSoma, untilRefined } from "./service.js";

const newStore = (settings = {}) => new SomaStore(newSoma(), settings);

test("It is a store of LangGraph's: put, get, overwrite, delete", async () => {
  const store = newStore();
  assert.ok(store instanceof BaseStore);
  await store.put(["users", "ada"], "diet", { text: "no nuts" });
  const first = await store.get(["users", "ada"], "diet");
  await store.put(["users", "ada"], "diet", { text: "no nuts, no milk" });
  const second = await store.get(["users", "ada"], "diet");
  assert.deepEqual([second?.namespace, second?.key, second?.value], [["users", "ada"], "diet", { text: "no nuts, no milk" }]);
  assert.equal(second?.createdAt.getTime(), first?.createdAt.getTime());
  assert.ok(second!.updatedAt.getTime() > first!.updatedAt.getTime());
  await store.delete(["users", "ada"], "diet");
  assert.equal(await store.get(["users", "ada"], "diet"), null);
});

test("Labels and keys of any characters and length are told apart", async () => {
  const store = newStore();
  const names: [string[], string][] = [
    [["a", "b"], "c"], [["a"], "b/c"], [["a/b"], "c"], [["a%2Fb"], "c"], [["ä", "日本"], "ключ 🗝\n"], [["x".repeat(600)], "y"], [["x".repeat(600)], "z"],
  ];
  for (const [i, [namespace, key]] of names.entries()) await store.put(namespace, key, { i });
  for (const [i, [namespace, key]] of names.entries()) assert.deepEqual((await store.get(namespace, key))?.value, { i });
  assert.equal((await store.search([], { limit: 100 })).length, names.length);
});

test("An item has the id and the prefixes that every client of the service gives it", async () => {
  const soma = newSoma();
  const store = new SomaStore(soma);
  const table = JSON.parse(readFileSync(new URL("../../../langgraph-ids.json", import.meta.url), "utf8")) as
    { namespace: string[]; key: string; id: string; prefixes: string[] }[];
  for (const { namespace, key, id, prefixes } of table) {
    await store.put(namespace, key, {});
    const { payload } = await soma.get(`@${id}`);
    assert.deepEqual([payload["prefixes"], Object.keys(payload)[0]], [prefixes, "prefixes"]);
  }
});

test("The service's own paths of LangGraph read what the store has put, and the store what they have put", async () => {
  const namespace = `ts-${crypto.randomUUID()}`;
  const soma = newSoma({ namespace });
  const store = new SomaStore(soma);
  const call = async (method: string, target: string, body?: object) => {
    const headers = { "x-api-key": process.env["SOMA_API_TOKEN"]!, "x-soma-namespace": namespace, "content-type": "application/json" };
    const answer = await fetch(`${process.env["SOMA_URL"]}/store/${target}`, { method, headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok);
    return answer.status === 204 ? undefined : ((await answer.json()) as { value?: unknown; items?: { key: string; score?: number }[] });
  };
  await store.put(["users", "ada (1)"], "it's", { text: "no nuts" });
  await call("PUT", "items", { namespace: ["users", "ada (1)"], key: "b", value: { text: "tea, not coffee", n: 1.5 }, ttl: 60 });
  assert.deepEqual((await call("GET", "items?namespace=users.ada%20(1)&key=it's"))?.value, { text: "no nuts" });
  assert.deepEqual((await store.get(["users", "ada (1)"], "b"))?.value, { text: "tea, not coffee", n: 1.5 });
  // A word of each: whether a text that has nothing in common with a query gets a score is the ranking's affair.
  const query = "tea without nuts";
  await untilRefined(soma);
  const [theirs, ours] = [await call("POST", "items/search", { namespace_prefix: ["users"], query }), await store.search(["users"], { query })];
  assert.deepEqual(theirs?.items?.map(({ key }) => key), ours.map(({ key }) => key));
  for (const items of [theirs?.items, ours]) assert.deepEqual(items?.map(({ key, score }) => [key, typeof score]).sort(), [["b", "number"], ["it's", "number"]]);
  await call("DELETE", "items", { namespace: ["users", "ada (1)"], key: "it's" });
  assert.equal(await store.get(["users", "ada (1)"], "it's"), null);
});

test("A prefix ends at the end of a label", async () => {
  const store = newStore();
  await store.put(["user"], "k", { n: 1 });
  await store.put(["user", "x"], "k", { n: 2 });
  await store.put(["user2"], "k", { n: 3 });
  assert.deepEqual((await store.search(["user"])).map((item) => item.value["n"]).sort(), [1, 2]);
});

test("Namespaces that LangGraph refuses are refused", async () => {
  for (const namespace of [[], [""], ["a.b"], ["langgraph"]]) await assert.rejects(newStore().put(namespace, "k", {}), InvalidNamespaceError);
});

test("Reads of a batch see what was there before its puts, and the last put of a key wins", async () => {
  const store = newStore();
  await store.put(["a"], "k", { n: 1 });
  const results = await store.batch([
    { namespace: ["a"], key: "k", value: { n: 2 } },
    { namespace: ["a"], key: "k" },
    { namespace: ["a"], key: "k", value: { n: 3 } },
    { namespacePrefix: ["a"] },
    { namespace: ["a"], key: "gone", value: { n: 4 } },
    { namespace: ["a"], key: "gone", value: null },
  ] as Operation[]);
  assert.deepEqual((results as { value?: unknown }[]).map((one) => (Array.isArray(one) ? one.map((item) => item.value) : one?.value)),
    [undefined, { n: 1 }, undefined, [{ n: 1 }], undefined, undefined]);
  assert.deepEqual((await store.get(["a"], "k"))?.value, { n: 3 });
  assert.equal(await store.get(["a"], "gone"), null);
});

test("Filters and namespaces give what the in-memory store gives", async () => {
  const [soma, reference] = [newStore(), new InMemoryStore()];
  const items: [string[], string, Record<string, unknown>][] = [
    [["docs", "a"], "1", { n: 1, s: "x", b: true, o: { p: 1 } }], [["docs", "a"], "2", { n: 2, s: "y", b: false }],
    [["docs", "b", "c"], "3", { n: 3, s: "x", list: ["x"] }], [["notes"], "4", { n: "4", s: ["x"] }], [["notes", "b"], "5", { s: "2026-01-01T00:00:00Z" }],
  ];
  for (const [namespace, key, value] of items) await Promise.all([soma.put(namespace, key, value), reference.put(namespace, key, value)]);
  const filters: (Record<string, unknown> | undefined)[] = [
    undefined, { s: "x" }, { n: 1 }, { n: { $gt: 1 } }, { n: { $gte: 2, $lt: 4 } }, { s: { $ne: "x" } }, { s: { $eq: "y" }, n: 2 }, { b: true },
    { n: { $in: [1, 3] } }, { n: { $nin: [1] } }, { s: "2026-01-01T01:00:00+01:00" }, { missing: null }, { missing: { $lte: 3 } },
  ];
  const keys = async (store: BaseStore, prefix: string[], filter?: Record<string, unknown>) =>
    (await store.search(prefix, { filter, limit: 100 })).map((item) => item.key).sort();
  for (const prefix of [[], ["docs"], ["docs", "a"], ["notes"], ["none"]]) {
    for (const filter of filters) assert.deepEqual(await keys(soma, prefix, filter), await keys(reference, prefix, filter), JSON.stringify({ prefix, filter }));
  }
  for (const options of [{}, { prefix: ["docs"] }, { suffix: ["b"] }, { prefix: ["*", "b"] }, { maxDepth: 1 }, { maxDepth: 2, limit: 1, offset: 1 }]) {
    assert.deepEqual(await soma.listNamespaces(options), await reference.listNamespaces(options), JSON.stringify(options));
  }
});

test("A query ranks by meaning, and items without vectors fill up the rest unscored", async () => {
  const soma = newSoma();
  const store = new SomaStore(soma);
  await store.put(["d"], "cat", { text: "The cat sleeps on the sofa" });
  await store.put(["d"], "tax", { text: "The tax return is due in May" });
  await store.put(["d"], "raw", { text: "The cat is not indexed" }, false);
  await store.put(["d"], "title", { title: "Sleeping cats", text: "irrelevant numbers" }, ["title"]);
  await untilRefined(soma);
  const found = await store.search(["d"], { query: "a sleeping cat" });
  assert.deepEqual(new Set(found.slice(0, 2).map((item) => item.key)), new Set(["cat", "title"]));
  assert.ok(found[0]!.score! >= found[1]!.score!);
  assert.deepEqual(found.filter((item) => item.key === "raw").map((item) => item.score), [undefined]);
  assert.equal(found.length, 4);
  assert.deepEqual((await store.search(["d"], { query: "a sleeping cat", limit: 1, offset: 1 })).map((item) => item.key), [found[1]!.key]);
});

test("Minutes to live run from the last read where reading refreshes", async () => {
  const soma = newSoma();
  const store = new SomaStore(soma, { ttl: 60, refreshOnRead: true });
  await store.put(["a"], "k", {});
  const [before] = [await soma.get("@store/a/k")];
  await store.get(["a"], "k");
  const after = await soma.get("@store/a/k");
  assert.ok(Date.parse(after.expires_at!) > Date.parse(before.expires_at!));
  assert.ok(Math.abs(Date.parse(before.expires_at!) - Date.parse(before.created_at) - 3_600_000) < 1000);
});

test("Concurrent puts lose nothing", async () => {
  const store = newStore();
  await Promise.all(Array.from({ length: 64 }, (_, i) => store.put(["w"], `${i}`, { i })));
  assert.equal((await store.search(["w"], { limit: 100 })).length, 64);
});
