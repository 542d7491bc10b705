import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MemoryClient } from "mem0ai";
import { MemoryClient as SecondMemoryClient } from "mem0ai-2";
import { newKey, url } from "./service.mjs";

const run = promisify(execFile);
const said = (content, role = "user") => ({ role, content });
const newClient = (apiKey) => new MemoryClient({ apiKey, host: url });
const newSecond = (apiKey) => new SecondMemoryClient({ apiKey, host: url });

test("mem0ai 3: what is added is found, listed, changed and deleted", async () => {
  const client = newClient(await newKey());
  await client.ping();
  const added = await client.add([said("I drink oat milk in my coffee"), said("Noted.", "assistant")], { userId: "ada", infer: false, metadata: { kind: "drink" } });
  assert.ok(added.eventId);
  const { results } = await client.search("which milk does she drink?", { filters: { user_id: "ada" }, topK: 3 });
  assert.match(results[0].memory, /oat milk/);
  assert.ok(results[0].score > 0 && results[0].userId === "ada" && results[0].metadata.kind === "drink");
  const [id] = [results[0].id];
  await client.update(id, { text: "I drink soy milk", metadata: { kind: "milk" } });
  const changed = await client.get(id);
  assert.deepEqual([changed.memory, changed.metadata], ["I drink soy milk", { kind: "milk" }]);
  assert.deepEqual((await client.history(id)).map((change) => change.event), ["ADD", "UPDATE"]);
  const page = await client.getAll({ filters: { user_id: "ada" }, page: 1, pageSize: 1 });
  assert.deepEqual([page.count, page.results.length], [2, 1]);
  assert.deepEqual((await client.users()).results.map(({ name, type }) => [name, type]), [["ada", "user"]]);
  await client.batchUpdate([{ memoryId: id, text: "I drink water" }]);
  await client.delete(id);
  await assert.rejects(client.get(id), /not found/i);
  assert.ok((await client.deleteAll({ userId: "ada" })).message);
  assert.ok((await client.deleteUsers({ userId: "ada" })).message);
  assert.equal((await client.getAll({ filters: { user_id: "ada" } })).count, 0);
});

test("mem0ai 2: the paths of its first versions are served", async () => {
  const client = newSecond(await newKey());
  await client.ping();
  const added = await client.add([said("The kettle is in the blue cupboard")], { user_id: "ada", infer: false });
  assert.equal(added.length, 1);
  const found = await client.search("where is the kettle?", { user_id: "ada" });
  assert.match(found[0].memory, /blue cupboard/);
  assert.equal((await client.search("kettle", { api_version: "v2", filters: { OR: [{ user_id: "ada" }, { agent_id: "none" }] } })).length, 1);
  assert.equal((await client.getAll({ user_id: "ada" })).length, 1);
  await client.update(found[0].id, { text: "The kettle is on the stove" });
  assert.match((await client.get(found[0].id)).memory, /stove/);
  assert.equal((await client.history(found[0].id)).length, 2);
  await client.deleteAll({ user_id: "ada" });
  assert.deepEqual(await client.getAll({ user_id: "ada" }), []);
});

test("A memory of one user is never shown to another, nor to another key", async () => {
  const [apiKey, other] = [await newKey(), await newKey()];
  const client = newClient(apiKey);
  const canary = "the canary sings at noon";
  await client.add([said(canary)], { userId: "ada", infer: false });
  for (const userId of ["bob", "ad", "ada2", "Ada", "*a"]) {
    assert.deepEqual((await client.search(canary, { filters: { user_id: userId }, threshold: 0 })).results, []);
    assert.equal((await client.getAll({ filters: { user_id: userId } })).count, 0);
    assert.deepEqual(await newSecond(apiKey).search(canary, { user_id: userId }), []);
  }
  assert.deepEqual((await newClient(other).search(canary, { filters: { user_id: "ada" }, threshold: 0 })).results, []);
  assert.equal((await newClient(other).users()).count, 0);
  await assert.rejects(client.getAll({ filters: {} }), /user_id/);
  assert.equal((await client.getAll({ filters: { user_id: "ada" } })).count, 1);
});

test("Concurrent adds lose nothing", async () => {
  const client = newClient(await newKey());
  await Promise.all(Array.from({ length: 40 }, (_, i) => client.add([said(`note ${i}`)], { userId: "ada", infer: false })));
  assert.equal((await client.getAll({ filters: { user_id: "ada" } })).count, 40);
});

test("A wrong key is rejected by ping, and a key that may only read adds nothing", async () => {
  for (const client of [newClient("soma_wrong_key"), newSecond("soma_wrong_key")]) await assert.rejects(client.ping());
  const reader = newClient(await newKey(["read"]));
  await reader.ping();
  await assert.rejects(reader.add([said("x")], { userId: "ada", infer: false }), /write/);
});

test("The mem0 command adds, finds, lists, changes and deletes", async () => {
  const apiKey = await newKey();
  const program = fileURLToPath(new URL("node_modules/@mem0/cli/dist/index.js", import.meta.url));
  const mem0 = async (...words) => {
    const { stdout } = await run(process.execPath, [program, "--json", ...words], { env: { ...process.env, MEM0_BASE_URL: url, MEM0_API_KEY: apiKey } });
    return JSON.parse(stdout).data;
  };
  // Each call waits 5 seconds for a timer of its own before it ends, so those that need nothing of each other go together.
  await mem0("add", "The kettle is in the blue cupboard", "--user-id", "ada", "--no-infer");
  const [found, others] = await Promise.all(["ada", "bob"].map(user => mem0("search", "where is the kettle?", "--user-id", user)));
  assert.match(found[0].memory, /blue cupboard/);
  assert.deepEqual(others, []);
  await mem0("update", found[0].id, "The kettle is on the stove");
  const [changed, listed] = await Promise.all([mem0("get", found[0].id), mem0("list", "--user-id", "ada")]);
  assert.match(changed.memory, /stove/);
  assert.equal(listed.length, 1);
  await mem0("delete", found[0].id, "--force");
  const wrong = run(process.execPath, [program, "--json", "list"], { env: { ...process.env, MEM0_BASE_URL: url, MEM0_API_KEY: "soma_wrong_key" } });
  await Promise.all([mem0("list", "--user-id", "ada").then(left => assert.deepEqual(left, [])), assert.rejects(wrong)]);
});
