using System.Text.Json.Nodes;
using Soma.Client;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Libraries.DotNet;

/// <summary>The .NET client against the built service.</summary>
[Collection(ProcessTests.Name)]
public sealed class ClientTests(LibraryService service) : IClassFixture<LibraryService>
{
    [Fact]
    public async Task A_memory_is_stored_read_changed_found_and_deleted()
    {
        using var soma = service.NewClient();
        var stored = await soma.StoreAsync(
            new StoreMemory { Id = "kettle", Payload = new() { ["text"] = "The kettle is in the blue cupboard", ["room"] = "kitchen" } });
        Assert.Equal("@kettle", stored.Coord);
        Assert.Equal("kitchen", (string?)(await soma.GetAsync(MemoryKey.OfId("kettle"))).Payload["room"]);

        await soma.PatchAsync(stored, new PatchMemory { Payload = new() { ["room"] = "cellar" }, Importance = 2 });
        var patched = await soma.GetAsync("@kettle");
        Assert.Equal(("The kettle is in the blue cupboard", "cellar", 2.0), ((string?)patched.Payload["text"], (string?)patched.Payload["room"], patched.Importance));

        var hits = await soma.SearchAsync("where is the kettle?");
        Assert.Equal("kettle", hits.Memories[0].Id);
        Assert.True((await soma.DeleteAsync(hits.Memories[0])).Deleted);
        Assert.Null(await soma.FindAsync("@kettle"));
    }

    [Fact]
    public async Task A_text_alone_is_a_memory_and_a_coordinate_is_a_key()
    {
        using var soma = service.NewClient();
        var stored = await soma.StoreAsync("The spare key hangs behind the door");
        Assert.Equal("The spare key hangs behind the door", (string?)(await soma.GetAsync(stored)).Payload["text"]);

        await soma.StoreAsync(new StoreMemory { Coord = "1,2.5", Payload = [] });
        Assert.Equal([1, 2.5], (await soma.GetAsync(new[] { 1, 2.5 })).Coordinate);
        Assert.Equal(["1.0,2.5"], await soma.RangeAsync([0, 0], [2, 3]).Select(memory => memory.Coord).ToListAsync());
    }

    [Fact]
    public async Task An_id_of_any_letters_comes_back()
    {
        using var soma = service.NewClient();
        const string Id = "user 42/msg#7?a=b&ü%2F..";
        await soma.StoreAsync(new StoreMemory { Id = Id, Payload = [] });
        Assert.Equal(Id, (await soma.GetAsync(MemoryKey.OfId(Id))).Id);
    }

    [Fact]
    public async Task Each_refusal_of_the_service_has_a_type_of_its_own()
    {
        using var soma = service.NewClient();
        await soma.StoreAsync(new StoreMemory { Id = "a", Payload = [] });

        var missing = await Assert.ThrowsAsync<SomaNotFoundException>(() => soma.GetAsync("@b"));
        Assert.Equal((404, Outcome.NotApplied, false), (missing.Status, missing.Outcome, string.IsNullOrEmpty(missing.RequestId)));
        await Assert.ThrowsAsync<SomaBadRequestException>(() => soma.GetAsync("no coordinate"));
        await Assert.ThrowsAsync<SomaPreconditionFailedException>(
            () => soma.StoreAsync(new StoreMemory { Id = "a", Payload = [] }, new ConditionalOptions { MustNotExist = true }));
        await Assert.ThrowsAsync<SomaPreconditionFailedException>(
            () => soma.PatchAsync("@a", new PatchMemory { Importance = 2 }, new ConditionalOptions { IfMatch = 99 }));
        await Assert.ThrowsAsync<SomaPreconditionFailedException>(
            () => soma.DeleteAsync("@b", options: new ConditionalOptions { MustExist = true }));

        var invalid = await Assert.ThrowsAsync<SomaValidationException>(() => soma.SearchAsync(new Search { TopK = 100_000 }));
        Assert.Contains("top_k", invalid.Fields[0].Loc.Select(piece => piece.ToString()));
        await soma.StoreAsync(new StoreMemory { Id = "b", Payload = [] }, new ConditionalOptions { IdempotencyKey = "once" });
        await Assert.ThrowsAsync<SomaConflictException>(
            () => soma.StoreAsync(new StoreMemory { Id = "c", Payload = [] }, new ConditionalOptions { IdempotencyKey = "once" }));

        await soma.Namespaces.ConfigureAsync(soma.Namespace!, new NamespaceChoices { QuotaMemories = 2 });
        var full = await Assert.ThrowsAsync<SomaQuotaExceededException>(() => soma.StoreAsync("one more"));
        Assert.Equal((507, Outcome.NotApplied), (full.Status, full.Outcome));

        using var stranger = service.NewClient(options => options.Token = "wrong");
        await Assert.ThrowsAsync<SomaForbiddenException>(() => stranger.StoreAsync("x"));
        using var nobody = service.NewClient(options => options.Token = "");
        await Assert.ThrowsAsync<SomaUnauthorizedException>(() => nobody.GetAsync("@a"));
    }

    [Fact]
    public async Task A_condition_that_holds_lets_the_write_pass()
    {
        using var soma = service.NewClient();
        var memory = new StoreMemory { Id = "a", Payload = [] };
        var first = await soma.StoreAsync(memory, new ConditionalOptions { MustNotExist = true });
        var second = await soma.StoreAsync(memory with { Importance = 3 }, new ConditionalOptions { IfMatch = first.Seq });
        Assert.Equal(2, second.Version);
        Assert.Equal(3, (await soma.GetAsync("@a", options: new ReadOptions { MinSeq = second.Seq })).Importance);
    }

    [Fact]
    public async Task Many_memories_are_stored_in_several_batches_and_once()
    {
        using var soma = service.NewClient();
        var items = Enumerable.Range(0, 1500).Select(i => new StoreMemory { Id = $"m-{i}", Payload = new() { ["i"] = i }, Importance = i }).ToList();
        var stored = await soma.StoreManyAsync(items, new WriteOptions { IdempotencyKey = "many" });
        var again = await soma.StoreManyAsync(items, new WriteOptions { IdempotencyKey = "many" });
        Assert.Equal(1500, stored.Count);
        Assert.Equal(stored.Select(one => one.Seq), again.Select(one => one.Seq));

        var query = new ListMemoriesQuery { Limit = 400, Order = ListOrder.Importance, Desc = true, Filters = new() { ["i"] = new JsonObject { ["$lt"] = 1000 } } };
        Assert.Equal(Enumerable.Range(0, 1000).Reverse().Select(i => (double)i), await soma.ListAsync(query).Select(memory => memory.Importance).ToListAsync());
        Assert.Equal(500, (await soma.DeleteManyAsync(new DeleteMemories { Filters = new() { ["i"] = new JsonObject { ["$gte"] = 1000 } } })).Deleted);
        Assert.Equal(1000, await soma.ListAsync(new ListMemoriesQuery { Limit = 1000 }).CountAsync());
    }

    [Fact]
    public async Task A_brought_vector_is_searched_read_back_and_taken_away()
    {
        using var soma = service.NewClient();
        float[] vector = [0.5f, -1.25f, 3e-7f];
        await soma.StoreAsync(new StoreMemory { Id = "a", Payload = [], Embedding = vector });
        await soma.StoreAsync(new StoreMemory { Id = "b", Payload = [], Embedding = new[] { 0f, 0f, 1f } });

        var hits = await soma.SearchAsync(new Search { Embedding = vector, TopK = 1, Include = [Included.Payload, Included.Embedding] });
        Assert.Equal("a", hits.Memories[0].Id);
        Assert.Equal(vector, hits.Memories[0].Embedding!.Value.ToArray());

        await soma.PatchAsync("@a", new PatchMemory { Embedding = null });
        Assert.Equal(["b"], (await soma.SearchAsync(new Search { Embedding = vector })).Memories.Where(hit => hit.EmbeddingSource == "precomputed").Select(hit => hit.Id));
        await soma.PatchAsync("@a", new PatchMemory { Embedding = new ReadOnlyMemory<float>([1f, 0f, 0f]), ExpiresAt = null, Text = "given" });
        Assert.Equal("precomputed", (await soma.GetAsync("@a")).EmbeddingSource);
    }

    [Fact]
    public async Task Links_are_made_walked_and_removed()
    {
        using var soma = service.NewClient();
        await soma.LinkAsync("@a", "@b", "knows", metadata: new() { ["since"] = 2020 });
        await soma.LinkAsync("@b", "@c");
        var neighbor = Assert.Single((await soma.NeighborsAsync("@a", new GetNeighborsQuery { Direction = Direction.Out })).Neighbors);
        Assert.Equal(("b", 2020, LinkSide.Out), (neighbor.Id, (int?)neighbor.Metadata["since"], neighbor.Direction));
        Assert.Equal(["@a", "@b", "@c"], (await soma.PathAsync("@a", "@c")).Path);
        Assert.True((await soma.UnlinkAsync("@a", "@b", "knows")).Deleted);
        Assert.False((await soma.PathAsync("@a", "@c")).Found);
    }

    [Fact]
    public async Task The_past_of_a_memory_is_listed_read_and_brought_back()
    {
        using var soma = service.NewClient();
        var first = await soma.StoreAsync(new StoreMemory { Id = "door", Payload = new() { ["colour"] = "red" } });
        await soma.StoreAsync(new StoreMemory { Id = "door", Payload = new() { ["colour"] = "green" } });
        var versions = await soma.HistoryAsync("@door", limit: 1).ToListAsync();
        Assert.Equal(["green", "red"], versions.Select(version => (string?)version.Payload!["colour"]));
        Assert.Equal("red", (string?)(await soma.GetAsync("@door", asOf: first.Seq)).Payload["colour"]);
        Assert.Equal("red", (string?)(await soma.GetAsync("@door", asOf: versions[1].At)).Payload["colour"]);
        Assert.Equal(3, (await soma.RevertAsync("@door", new RevertMemory { Version = 1 })).Version);
        Assert.Equal("red", (string?)(await soma.GetAsync("@door")).Payload["colour"]);
    }

    [Fact]
    public async Task Concurrent_writers_lose_nothing()
    {
        using var soma = service.NewClient();
        var seqs = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => (await soma.StoreAsync(new StoreMemory { Id = $"w-{i}", Payload = [] })).Seq));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), seqs.Order());
        Assert.Equal(200, await soma.ListAsync(new ListMemoriesQuery { Limit = 50 }).CountAsync());
    }

    [Fact]
    public async Task Writers_who_increment_under_a_condition_count_every_increment()
    {
        using var soma = service.NewClient();
        await soma.StoreAsync(new StoreMemory { Id = "counter", Payload = new() { ["n"] = 0 } });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => IncrementAsync()));
        Assert.Equal(12, (int?)(await soma.GetAsync("@counter")).Payload["n"]);

        async Task IncrementAsync()
        {
            while (true)
            {
                var memory = await soma.GetAsync("@counter");
                try
                {
                    await soma.PatchAsync(
                        memory, new PatchMemory { Payload = new() { ["n"] = (int?)memory.Payload["n"] + 1 } }, new ConditionalOptions { IfMatch = memory.Seq });
                    return;
                }
                catch (SomaPreconditionFailedException)
                {
                    // Another writer came first: read again.
                }
            }
        }
    }

    [Fact]
    public async Task What_another_namespace_remembers_never_appears()
    {
        using var ada = service.NewClient();
        using var bob = service.NewClient();
        await ada.StoreAsync(new StoreMemory { Id = "secret", Payload = new() { ["text"] = "canary-ada: the code is 4711" } });
        await bob.StoreAsync(new StoreMemory { Id = "note", Payload = new() { ["text"] = "bob likes canaries and codes" } });

        var seen = string.Join(
            '\n',
            [
                .. (await bob.SearchAsync(new Search { Query = "canary-ada code 4711", TopK = 100 })).Memories.Select(hit => hit.Payload!.ToJsonString()),
                .. await bob.ListAsync().Select(memory => memory.Payload.ToJsonString()).ToListAsync(),
                .. await bob.Changes(options: new FollowOptions { Follow = false }).Select(change => change.Payload!.ToJsonString()).ToListAsync(),
                (await bob.ContextAsync("what is the code?")).Text,
                (await bob.FindAsync("@secret"))?.ToString() ?? "",
            ]);
        Assert.Contains("bob likes", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-ada", seen, StringComparison.Ordinal);
        Assert.Contains("canary-ada", (await ada.Within(ada.Namespace!).ContextAsync("what is the code?")).Text, StringComparison.Ordinal);
    }
}
