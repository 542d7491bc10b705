// Runs README's examples with openapi-fetch and the types that openapi-typescript generates from the document.
import assert from "node:assert";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

const soma = createClient<paths>({
  baseUrl: process.env.SOMA_URL!,
  headers: { Authorization: `Bearer ${process.env.SOMA_API_TOKEN}` },
});

async function main(): Promise<void> {
  const memory: components["schemas"]["StoreMemory"] = {
    coord: "1,2",
    payload: { text: "The kettle is in the blue cupboard", room: "kitchen", shelves: [1, 2] },
    memory_type: "semantic",
  };
  const stored = await soma.POST("/memories", { body: memory });
  assert.equal(stored.data?.coord, "1.0,2.0", JSON.stringify(stored.error));

  const found = await soma.POST("/memories/search", {
    body: { query: "where do we keep the kettle?", filters: { room: "kitchen", shelves: { $contains: 2 } } },
  });
  const hit = found.data?.memories[0];
  assert.equal(hit?.payload?.["room"], "kitchen", JSON.stringify(found.error));
  const kind: components["schemas"]["MemoryKind"] | undefined = hit?.memory_type;
  assert.equal(kind, "semantic");

  const read = await soma.GET("/memories/{coord}", { params: { path: { coord: "1,2" }, query: { flat: false } } });
  assert.equal(read.data?.memory.payload["text"], memory.payload["text"], JSON.stringify(read.error));

  const patched = await soma.PATCH("/memories/{coord}", { params: { path: { coord: "1,2" } }, body: { text: null, memory_type: null, importance: 2 } });
  assert.equal(patched.data?.version, 2, JSON.stringify(patched.error));

  const settings = await soma.GET("/namespaces/{name}", { params: { path: { name: "default" } } });
  assert.equal(settings.data?.name, "default", JSON.stringify(settings.error));

  const deleted = await soma.DELETE("/memories/{coord}", { params: { path: { coord: "1,2" } } });
  assert.equal(deleted.data?.deleted, true, JSON.stringify(deleted.error));
  console.log("openapi-typescript: README's examples ran");
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
