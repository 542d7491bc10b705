import assert from "node:assert/strict";
import { test } from "node:test";
import { LogReplaced, Soma } from "soma-memory";
import { collect, newSoma } from "./service.js";

const newName = () => `ts-${crypto.randomUUID()}`;
const soma = newSoma();
const { namespaces } = soma;

async function filled(): Promise<string> {
  const name = newName();
  await soma.within(name).batch([{ id: "a", payload: { text: "first" } }, { id: "b", payload: { text: "second" } }]);
  return name;
}

test("Namespaces are listed, configured and deleted", async () => {
  const name = await filled();
  assert.deepEqual((await collect(namespaces.list({ prefix: name }))).map((one) => [one.name, one.total]), [[name, 2]]);
  assert.equal((await namespaces.configure(name, { max_memories: 10 })).max_memories, 10);
  assert.equal((await namespaces.settings(name)).max_memories, 10);
  assert.equal((await namespaces.delete(name)).deleted, true);
  assert.deepEqual(await collect(soma.within(name).list()), []);
});

test("An export is imported under another name", async () => {
  const [from, to] = [await filled(), newName()];
  const lines = await namespaces.export(from);
  assert.equal((await namespaces.import(to, lines)).memories, 2);
  assert.equal((await soma.within(to).get("@b")).payload["text"], "second");
});

test("A fork is independent", async () => {
  const [name, copy] = [await filled(), newName()];
  assert.equal((await namespaces.fork(name, { to: copy })).memories, 2);
  await soma.within(copy).delete("@a");
  assert.equal((await soma.within(name).get("@a")).id, "a");
});

test("A rewind undoes what a diff shows", async () => {
  const name = await filled();
  await soma.within(name).store({ id: "a", payload: { text: "changed" } });
  await soma.within(name).store({ id: "c", payload: {} });
  const differences = await collect(namespaces.diff(name, { from: 2, limit: 1 }));
  assert.deepEqual(differences.map((one) => [one.coord, one.change]), [["@a", "changed"], ["@c", "added"]]);
  assert.equal((await namespaces.rewind(name, { as_of: 2, dry_run: true })).stored, 1);
  await namespaces.rewind(name, { as_of: 2 });
  assert.equal((await soma.within(name).get("@a")).payload["text"], "first");
});

test("Changes up to now end, filtered ones too", async () => {
  const inside = soma.within(await filled());
  await inside.link("@a", "@b");
  assert.deepEqual((await collect(inside.changes({ follow: false }))).map((change) => change.op), ["put", "put", "link"]);
  assert.deepEqual((await collect(inside.changes({ follow: false, ops: ["link"] }))).map((change) => change.seq), [3]);
  assert.deepEqual((await collect(inside.changes({ follow: false, after: 1, id_prefix: "b", ops: ["put"] }))).map((change) => change.coord), ["@b"]);
});

test("A feed of a namespace that was deleted meanwhile says that its log is another one", async () => {
  const name = await filled();
  const inside = soma.within(name);
  const feed = inside.changes({ follow: false });
  await collect(feed);
  await namespaces.delete(name);
  await inside.store("new life");
  await assert.rejects(collect(inside.changes({ follow: false, after: feed.after, log: feed.log })), LogReplaced);
  await assert.rejects(collect(inside.changes({ after: feed.after, log: feed.log })), LogReplaced);
});

test("A signal ends a feed that waits", async () => {
  const abort = new AbortController();
  const feed = soma.within(await filled()).changes({ signal: abort.signal });
  await assert.rejects(async () => {
    for await (const change of feed) if (change.seq === 2) abort.abort(new Error("enough"));
  }, /enough/);
});

test("A tenant is another world", async () => {
  const name = await filled();
  assert.deepEqual(await collect(soma.within(name, "other-tenant").list()), []);
  assert.deepEqual(await collect(new Soma({ namespace: name, tenant: "other-tenant" }).list()), []);
});
