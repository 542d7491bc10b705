// Runs README's examples with the client that @hey-api/openapi-ts generates from the document.
import assert from "node:assert";
import { client } from "./hey-api/client.gen";
import { deleteMemory, getMemory, getNamespace, patchMemory, searchMemories, storeMemory } from "./hey-api/sdk.gen";
import type { MemoryKind, StoreMemory } from "./hey-api/types.gen";

async function main(): Promise<void> {
  client.setConfig({ baseUrl: process.env.SOMA_URL!, auth: process.env.SOMA_API_TOKEN! });
  const memory: StoreMemory = {
    coord: "3,4",
    payload: { text: "The ladder is behind the shed", place: "garden", steps: [1, 2] },
    memory_type: "belief",
  };
  const stored = await storeMemory({ body: memory });
  assert.equal(stored.data?.coord, "3.0,4.0", JSON.stringify(stored.error));

  const found = await searchMemories({ body: { query: "where is the ladder?", filters: { place: "garden", steps: { $contains: 2 } } } });
  const hit = found.data?.memories[0];
  assert.equal(hit?.payload?.["place"], "garden", JSON.stringify(found.error));
  const kind: MemoryKind | undefined = hit?.memory_type;
  assert.equal(kind, "belief");

  const read = await getMemory({ path: { coord: "3,4" }, query: { flat: false } });
  assert.equal(read.data?.memory.payload["text"], memory.payload["text"], JSON.stringify(read.error));

  const patched = await patchMemory({ path: { coord: "3,4" }, body: { text: null, memory_type: null, importance: 2 } });
  assert.equal(patched.data?.version, 2, JSON.stringify(patched.error));

  const settings = await getNamespace({ path: { name: "default" } });
  assert.equal(settings.data?.name, "default", JSON.stringify(settings.error));

  const deleted = await deleteMemory({ path: { coord: "3,4" } });
  assert.equal(deleted.data?.deleted, true, JSON.stringify(deleted.error));
  console.log("@hey-api/openapi-ts: README's examples ran");
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
