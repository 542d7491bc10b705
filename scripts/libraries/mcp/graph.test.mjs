// What users of the reference server for knowledge graphs rely on, tool by tool. docs/mcp.md says where Soma differs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { call, freshNamespace, refusal, textOf, ways } from "./connect.mjs";

const tools = [
  "add_observations", "create_entities", "create_relations", "delete_entities", "delete_observations", "delete_relations", "open_nodes", "read_graph", "search_nodes",
];
const ada = { name: "Ada", entityType: "person", observations: ["likes tea"] };
const oslo = { name: "Oslo", entityType: "city", observations: [] };
const livesIn = { from: "Ada", to: "Oslo", relationType: "lives_in" };

for (const way of ways) {
  test(`${way.name}: the nine tools and the resource of a graph`, async () => {
    const client = await way.connect({ namespace: freshNamespace("people"), isGraph: true });
    assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name).sort(), tools);

    await call(client, "create_entities", { entities: [ada, oslo] });
    await call(client, "create_relations", { relations: [livesIn] });
    await call(client, "add_observations", { observations: [{ entityName: "Oslo", contents: ["is cold", "is light in June"] }] });
    await call(client, "delete_observations", { deletions: [{ entityName: "Oslo", observations: ["is cold"] }] });
    const graph = { entities: [ada, { ...oslo, observations: ["is light in June"] }], relations: [livesIn] };
    assert.deepEqual((await call(client, "read_graph")).structuredContent, graph);
    assert.deepEqual((await call(client, "search_nodes", { query: "JUNE" })).structuredContent, { ...graph, entities: [graph.entities[1]] });
    assert.deepEqual((await call(client, "open_nodes", { names: ["Ada", "Nobody"] })).structuredContent, { ...graph, entities: [ada] });

    const [resource] = (await client.listResources()).resources;
    assert.equal(resource.uri, "memory://knowledge-graph");
    const [content] = (await client.readResource({ uri: resource.uri })).contents;
    assert.deepEqual([content.mimeType, JSON.parse(content.text)], ["application/json", graph]);
    await assert.rejects(client.readResource({ uri: "memory://another" }));

    await call(client, "delete_relations", { relations: [livesIn] });
    await call(client, "delete_entities", { entityNames: ["Ada"] });
    assert.deepEqual((await call(client, "read_graph")).structuredContent, { entities: [graph.entities[1]], relations: [] });
    await client.close();
  });
}

/** One behaviour of the reference server, on a graph of its own. */
const behaves = (name, check) => test(name, async () => {
  const client = await ways[0].connect({ namespace: freshNamespace("reference"), isGraph: true });
  try {
    await check(client, {
      graph: async () => (await call(client, "read_graph")).structuredContent,
      entities: (...entities) => call(client, "create_entities", { entities }),
      relations: (...relations) => call(client, "create_relations", { relations }),
      observe: (...observations) => call(client, "add_observations", { observations }),
      search: async (query) => (await call(client, "search_nodes", { query })).structuredContent,
    });
  } finally {
    await client.close();
  }
});

behaves("an empty graph is read as one", async (_, { graph }) => assert.deepEqual(await graph(), { entities: [], relations: [] }));

behaves("create_entities answers with the new ones alone, as structure and as the bare list", async (_, { entities, graph }) => {
  await entities(ada);
  const made = await entities({ ...ada, entityType: "robot" }, oslo);
  assert.deepEqual(made.structuredContent, { entities: [oslo] });
  assert.equal(textOf(made), JSON.stringify([oslo], null, 2));
  assert.deepEqual((await graph()).entities, [ada, oslo]);
});

behaves("create_entities makes nothing of an empty list", async (_, { entities, graph }) => {
  assert.deepEqual((await entities()).structuredContent, { entities: [] });
  assert.deepEqual((await graph()).entities, []);
});

behaves("create_relations answers with the new ones alone", async (_, { entities, relations }) => {
  await entities(ada, oslo);
  assert.deepEqual((await relations(livesIn)).structuredContent, { relations: [livesIn] });
  const knows = { ...livesIn, relationType: "knows" };
  assert.deepEqual((await relations(livesIn, knows)).structuredContent, { relations: [knows] });
});

behaves("a relation may lead to what is no entity", async (_, { entities, relations, graph }) => {
  await entities(ada);
  const missing = { from: "Ada", to: "Atlantis", relationType: "dreams_of" };
  await relations(missing);
  assert.deepEqual((await graph()).relations, [missing]);
});

behaves("add_observations answers with what was added to each", async (_, { entities, observe }) => {
  await entities(ada, oslo);
  const added = await observe({ entityName: "Ada", contents: ["likes tea", "plays chess"] }, { entityName: "Oslo", contents: ["is cold"] });
  const results = [{ entityName: "Ada", addedObservations: ["plays chess"] }, { entityName: "Oslo", addedObservations: ["is cold"] }];
  assert.deepEqual(added.structuredContent, { results });
  assert.equal(textOf(added), JSON.stringify(results, null, 2));
});

behaves("add_observations to an unknown entity is refused whole", async (client, { entities, graph }) => {
  await entities(ada);
  const observations = [{ entityName: "Ada", contents: ["plays chess"] }, { entityName: "Bob", contents: ["plays go"] }];
  assert.equal(await refusal(client, "add_observations", { observations }), "Entity with name Bob not found");
  assert.deepEqual((await graph()).entities, [ada]);
});

behaves("delete_entities takes their relations along, and passes over unknown names", async (client, { entities, relations, graph }) => {
  await entities(ada, oslo);
  await relations(livesIn);
  const gone = await call(client, "delete_entities", { entityNames: ["Oslo", "Atlantis"] });
  assert.deepEqual(gone.structuredContent, { success: true, message: "Entities deleted successfully" });
  assert.deepEqual(await graph(), { entities: [ada], relations: [] });
});

behaves("delete_observations passes over what is not there", async (client, { entities, graph }) => {
  await entities({ ...ada, observations: ["likes tea", "plays chess"] });
  const deletions = [{ entityName: "Ada", observations: ["likes tea", "flies"] }, { entityName: "Bob", observations: ["x"] }];
  assert.equal(textOf(await call(client, "delete_observations", { deletions })), "Observations deleted successfully");
  assert.deepEqual((await graph()).entities[0].observations, ["plays chess"]);
});

behaves("delete_relations deletes the very relation alone", async (client, { entities, relations, graph }) => {
  await entities(ada, oslo);
  const knows = { ...livesIn, relationType: "knows" };
  await relations(livesIn, knows);
  const gone = await call(client, "delete_relations", { relations: [livesIn, { ...livesIn, to: "Atlantis" }] });
  assert.equal(textOf(gone), "Relations deleted successfully");
  assert.deepEqual((await graph()).relations, [knows]);
});

for (const [query, names] of [["ada", ["Ada"]], ["PERSON", ["Ada"]], ["tea", ["Ada"]], ["o", ["Ada", "Oslo"]], ["", ["Ada", "Oslo"]], ["nothing", []]]) {
  behaves(`search_nodes for '${query}' finds ${names.join(" and ") || "nothing"}`, async (_, { entities, search }) => {
    await entities(ada, oslo);
    assert.deepEqual((await search(query)).entities.map((entity) => entity.name), names);
  });
}

behaves("a found entity brings every relation that begins or ends at it", async (client, { entities, relations, search }) => {
  await entities(ada, oslo, { name: "Norway", entityType: "country", observations: [] });
  const partOf = { from: "Oslo", to: "Norway", relationType: "part_of" };
  await relations(livesIn, partOf);
  const byRelation = (a, b) => a.relationType.localeCompare(b.relationType);
  assert.deepEqual((await search("city")).relations.sort(byRelation), [livesIn, partOf]);
  const opened = (await call(client, "open_nodes", { names: ["Norway"] })).structuredContent;
  assert.deepEqual([opened.entities.map((entity) => entity.name), opened.relations], [["Norway"], [partOf]]);
});

behaves("open_nodes without names or with unknown ones is empty", async (client, { entities }) => {
  await entities(ada);
  for (const names of [[], ["Nobody"]]) {
    assert.deepEqual((await call(client, "open_nodes", { names })).structuredContent, { entities: [], relations: [] });
  }
});

behaves("names and texts of every language come back as they were", async (_, { entities, graph }) => {
  const strange = { name: "Zoë/İstanbul \"1\"", entityType: "都市", observations: ["line\nbreak", "🫖"] };
  await entities(strange);
  assert.deepEqual((await graph()).entities, [strange]);
});

behaves("arguments that do not fit and unknown tools are said to the model", async (client) => {
  assert.match(await refusal(client, "create_entities", { entities: [{ name: "Ada" }] }), /entityType|required/i);
  await assert.rejects(client.callTool({ name: "make_coffee", arguments: {} }), /make_coffee/);
});
