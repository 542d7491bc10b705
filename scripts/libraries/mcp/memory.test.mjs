import assert from "node:assert/strict";
import { test } from "node:test";
import { call, freshNamespace, refusal, textOf, ways } from "./connect.mjs";

const tools = ["forget", "get", "history", "link", "list", "neighbors", "recall", "remember", "stats", "update"];

for (const way of ways) {
  test(`${way.name}: a memory is remembered, recalled, changed, linked and forgotten`, async () => {
    const client = await way.connect({ namespace: freshNamespace("notes") });
    assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name).sort(), tools);

    const kettle = (await call(client, "remember", { text: "The kettle is in the blue cupboard" })).structuredContent.id;
    await call(client, "remember", { id: "ada-tea", text: "Ada prefers tea", data: { topic: "drinks" } });
    const found = await call(client, "recall", { query: "where do we keep the kettle?" });
    assert.equal(found.structuredContent.memories[0].id, kettle);
    assert.match(textOf(found), /blue cupboard/);

    await call(client, "update", { id: "ada-tea", text: "Ada prefers coffee" });
    const versions = (await call(client, "history", { id: "ada-tea" })).structuredContent.versions;
    assert.deepEqual(versions.map((version) => version.text), ["Ada prefers coffee", "Ada prefers tea"]);
    await call(client, "link", { from: "ada-tea", to: kettle, link_type: "needs" });
    const neighbors = (await call(client, "neighbors", { id: kettle })).structuredContent.neighbors;
    assert.deepEqual(neighbors.map(({ id, type, direction }) => ({ id, type, direction })), [{ id: "@ada-tea", type: "needs", direction: "in" }]);
    assert.equal((await call(client, "stats")).structuredContent.memories, 2);
    assert.equal((await call(client, "forget", { id: "ada-tea" })).structuredContent.deleted, true);
    assert.match(await refusal(client, "get", { id: "ada-tea" }), /no memory with the id/);
    assert.doesNotMatch(textOf(await call(client, "list")), /coffee/);
    await client.close();
  });

  test(`${way.name}: prompts and resources`, async () => {
    const client = await way.connect({ namespace: freshNamespace("notes") });
    await call(client, "remember", { id: "kettle/blue", text: "The kettle is in the blue cupboard" });

    assert.deepEqual((await client.listPrompts()).prompts.map((prompt) => prompt.name).sort(), ["keep-this-conversation", "what-do-you-know"]);
    const prompt = await client.getPrompt({ name: "what-do-you-know", arguments: { topic: "the kettle" } });
    assert.match(prompt.messages[0].content.text, /the kettle/);

    const [template] = (await client.listResourceTemplates()).resourceTemplates;
    assert.equal(template.uriTemplate, "soma://memory/{id}");
    const complete = async (value) =>
      (await client.complete({ ref: { type: "ref/resource", uri: template.uriTemplate }, argument: { name: "id", value } })).completion.values;
    const completed = await complete("ket");
    assert.deepEqual(completed, ["@kettle/blue"]);
    const [resource] = (await client.listResources()).resources;
    assert.equal(resource.title, "The kettle is in the blue cupboard");
    for (const uri of [resource.uri, template.uriTemplate.replace("{id}", encodeURIComponent(completed[0]))]) {
      const [content] = (await client.readResource({ uri })).contents;
      assert.equal(JSON.parse(content.text).memory.text, "The kettle is in the blue cupboard");
    }

    // An id may hold any character, and begin with an @ of its own.
    for (const id of ["tea 🫖", "tea \uFFFC", "@@at"]) await call(client, "remember", { id, text: "a cup of tea" });
    assert.deepEqual((await complete("@tea ")).sort(), ["@tea 🫖", "@tea \uFFFC"]);
    assert.deepEqual(await complete("@@"), ["@@at"]);

    await assert.rejects(client.readResource({ uri: "soma://memory/@nobody" }), /There is no resource/);
    await assert.rejects(client.readResource({ uri: "file:///etc/passwd" }), /There is no resource/);
    await client.close();
  });

  test(`${way.name}: nothing of another namespace is shown`, async () => {
    const namespace = freshNamespace("mine");
    const other = await way.connect({ namespace: `${namespace}-other` });
    await call(other, "remember", { id: "canary", text: "the canary sings at noon" });
    await call(other, "remember", { id: "perch", text: "the perch of the canary" });
    await call(other, "link", { from: "canary", to: "perch" });
    const client = await way.connect({ namespace });
    await call(client, "remember", { id: "mine", text: "a note of mine" });

    const shown = JSON.stringify([
      await call(client, "recall", { query: "canary sings" }),
      await call(client, "list"),
      await call(client, "stats"),
      await call(client, "neighbors", { id: "canary" }).then((result) => result.structuredContent.neighbors),
      await client.listResources(),
      await client.complete({ ref: { type: "ref/resource", uri: "soma://memory/{id}" }, argument: { name: "id", value: "" } }),
    ]);
    assert.doesNotMatch(shown, /canary|perch/);
    assert.match(shown, /a note of mine/);
    await refusal(client, "get", { id: "canary" });
    await refusal(client, "history", { id: "canary" });
    await assert.rejects(client.readResource({ uri: "soma://memory/@canary" }));
    await Promise.all([client.close(), other.close()]);
  });
}

for (const way of ways.filter((each) => !each.name.endsWith("soma mcp"))) {
  test(`${way.name}: a wrong key opens nothing`, async () => {
    await assert.rejects(async () => {
      const client = await way.connect({ namespace: "notes", token: "not-the-key" });
      try {
        // A library that asks nothing when it connects.
        await client.listTools();
      } finally {
        await client.close();
      }
    });
  });
}
