import assert from "node:assert/strict";
import { test } from "node:test";
import { BadRequest, Conflict, Forbidden, NotFound, PreconditionFailed, Soma, Unauthorized, Validation } from "soma-memory";
import { collect, newSoma } from "./service.js";

test("A memory is stored, read, changed, found and deleted", async () => {
  const soma = newSoma();
  const stored = await soma.store({ id: "kettle", payload: { text: "The kettle is in the blue cupboard", room: "kitchen" } });
  assert.equal(stored.coord, "@kettle");
  assert.equal((await soma.get({ id: "kettle" })).payload["room"], "kitchen");
  await soma.patch(stored, { payload: { room: "cellar" }, importance: 2 });
  assert.deepEqual((await soma.get("@kettle")).payload, { text: "The kettle is in the blue cupboard", room: "cellar" });
  const { memories } = await soma.search("where is the kettle?");
  assert.equal(memories[0]?.id, "kettle");
  assert.equal((await soma.delete(memories[0]!)).deleted, true);
  assert.equal(await soma.find("@kettle"), null);
});

test("A text alone is a memory, and a coordinate is a key", async () => {
  const soma = newSoma();
  const { coord } = await soma.store("The spare key hangs behind the door");
  assert.deepEqual((await soma.get(coord)).payload, { text: "The spare key hangs behind the door" });
  await soma.store({ coord: "1,2.5", payload: {} });
  assert.deepEqual((await soma.get([1, 2.5])).coordinate, [1, 2.5]);
  assert.deepEqual((await collect(soma.range([0, 0], [2, 3]))).map((memory) => memory.coord), ["1.0,2.5"]);
});

test("Each refusal of the service has a type of its own", async () => {
  const soma = newSoma();
  await soma.store({ id: "a", payload: {} });
  await assert.rejects(soma.get("@b"), (error: NotFound) => error instanceof NotFound && error.outcome === "not_applied" && error.requestId !== undefined);
  await assert.rejects(soma.get("no coordinate"), BadRequest);
  await assert.rejects(soma.store({ id: "a", payload: {} }, { ifNoneMatch: "*" }), PreconditionFailed);
  await assert.rejects(soma.patch("@a", { importance: 2 }, { ifMatch: 99 }), PreconditionFailed);
  await assert.rejects(soma.store({ payload: {}, imporance: 3 } as never), (error: Validation) => error instanceof Validation && error.fields[0]?.loc[1] === "imporance");
  await soma.store({ id: "b", payload: {} }, { idempotencyKey: "once" });
  await assert.rejects(soma.store({ id: "c", payload: {} }, { idempotencyKey: "once" }), Conflict);
  await assert.rejects(newSoma({ token: "wrong" }).store("x"), Forbidden);
  await assert.rejects(newSoma({ token: "" }).get("@a"), Unauthorized);
});

test("A condition that holds lets the write pass", async () => {
  const soma = newSoma();
  const first = await soma.store({ id: "a", payload: { n: 1 } }, { ifNoneMatch: "*" });
  const second = await soma.store({ id: "a", payload: { n: 2 } }, { ifMatch: first.seq });
  assert.equal(second.version, 2);
  assert.equal((await soma.get("@a", {}, { minSeq: second.seq })).payload["n"], 2);
});

test("A batch is stored whole or not at all, and many memories in several batches", async () => {
  const soma = newSoma();
  assert.equal((await soma.batch([{ id: "a", payload: {} }, { id: "b", payload: {} }])).stored, 2);
  await assert.rejects(soma.batch([{ id: "c", payload: {} }, { id: "d", payload: 3 } as never]), Validation);
  assert.equal(await soma.find("@c"), null);
  const items = Array.from({ length: 1500 }, (_, i) => ({ id: `m-${i}`, payload: { i } }));
  const stored = await soma.storeMany(items, { idempotencyKey: "many" });
  const again = await soma.storeMany(items, { idempotencyKey: "many" });
  assert.equal(stored.length, 1500);
  assert.deepEqual(again, stored);
});

test("A listing goes through all pages, filtered and in order", async () => {
  const soma = newSoma();
  await soma.batch(Array.from({ length: 25 }, (_, i) => ({ id: `m-${i}`, payload: { even: i % 2 === 0 }, importance: i })));
  const listed = await collect(soma.list({ limit: 4, order: "importance", desc: true, filters: { even: true } }));
  assert.deepEqual(listed.map((memory) => memory.importance), [24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0]);
});

test("Deleting by filter counts first and then deletes", async () => {
  const soma = newSoma();
  await soma.batch([{ id: "a", payload: { kind: "old" } }, { id: "b", payload: { kind: "new" } }]);
  assert.deepEqual(await soma.deleteMany({ filters: { kind: "old" }, dry_run: true }), { deleted: 1 });
  assert.deepEqual(await soma.deleteMany({ filters: { kind: "old" } }), { deleted: 1 });
  assert.deepEqual((await collect(soma.list())).map((memory) => memory.id), ["b"]);
});

test("Links are made, walked and removed", async () => {
  const soma = newSoma();
  for (const id of ["a", "b", "c"]) await soma.store({ id, payload: {} });
  await soma.link("@a", { id: "b" }, { link_type: "knows", metadata: { since: 2020 } });
  await soma.link("@b", "@c");
  assert.deepEqual((await soma.neighbors("@a")).neighbors.map((one) => [one.id, one.metadata["since"]]), [["b", 2020]]);
  assert.deepEqual((await soma.path("@a", "@c")).path, ["@a", "@b", "@c"]);
  assert.equal((await soma.unlink("@a", "@b", "knows")).deleted, true);
  assert.equal((await soma.path("@a", "@c")).found, false);
});

test("The past of a memory is listed, read and brought back", async () => {
  const soma = newSoma();
  const first = await soma.store({ id: "door", payload: { colour: "red" } });
  await soma.store({ id: "door", payload: { colour: "green" } });
  assert.deepEqual((await collect(soma.history("@door", { limit: 1 }))).map((version) => version.payload?.["colour"]), ["green", "red"]);
  assert.equal((await soma.get("@door", { as_of: first.seq })).payload["colour"], "red");
  assert.equal((await soma.revert("@door", { version: 1 })).version, 3);
  assert.equal((await soma.get("@door")).payload["colour"], "red");
});

test("Concurrent writers lose nothing", async () => {
  const soma = newSoma();
  const writes = Array.from({ length: 200 }, (_, i) => soma.store({ id: `w-${i}`, payload: { i } }));
  const seqs = (await Promise.all(writes)).map((stored) => stored.seq).sort((a, b) => a - b);
  assert.deepEqual(seqs, Array.from({ length: 200 }, (_, i) => i + 1));
  assert.equal((await collect(soma.list({ limit: 50 }))).length, 200);
});

test("Writers who increment under a condition count every increment", async () => {
  const soma = newSoma();
  await soma.store({ id: "counter", payload: { n: 0 } });
  const increment = async (): Promise<void> => {
    const memory = await soma.get("@counter");
    try {
      await soma.patch("@counter", { payload: { n: (memory.payload["n"] as number) + 1 } }, { ifMatch: memory.seq });
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
      await increment();
    }
  };
  await Promise.all(Array.from({ length: 12 }, increment));
  assert.equal((await soma.get("@counter")).payload["n"], 12);
});

test("What another namespace remembers never appears", async () => {
  const [ada, bob] = [newSoma(), newSoma()];
  await ada.store({ id: "secret", payload: { text: "canary-ada: the code is 4711" } });
  await bob.store({ id: "note", payload: { text: "bob likes canaries and codes" } });
  const seen = JSON.stringify([
    await bob.search({ query: "canary-ada code 4711", top_k: 100 }), await collect(bob.list()), await bob.find("@secret"),
    String(await bob.context("what is the code?")), await collect(bob.changes({ follow: false })), await bob.neighbors("@secret"),
  ]);
  assert.ok(seen.includes("bob likes"));
  assert.ok(!seen.includes("canary-ada"));
});

test("Counts and health are told", async () => {
  const soma = newSoma();
  await soma.store("one");
  assert.ok((await soma.stats()).total_memories >= 1);
  assert.equal((await soma.health()).healthy, true);
});

test("Settings come from the environment", async () => {
  assert.ok(process.env["SOMA_URL"] && process.env["SOMA_API_TOKEN"]);
  process.env["SOMA_NAMESPACE"] = `ts-${crypto.randomUUID()}`;
  await new Soma().store({ id: "a", payload: {} });
  assert.equal((await new Soma({ namespace: process.env["SOMA_NAMESPACE"] }).get("@a")).id, "a");
  delete process.env["SOMA_NAMESPACE"];
});
