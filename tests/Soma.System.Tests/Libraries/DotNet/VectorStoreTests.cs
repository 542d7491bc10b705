using Microsoft.Agents.AI;
using Microsoft.Extensions.VectorData;
using Soma.Client;
using Soma.System.Tests.Processes;
using Soma.VectorData;

namespace Soma.System.Tests.Libraries.DotNet;

/// <summary>Soma as a vector store, by itself and under Agent Framework's own memory over vector stores.</summary>
[Collection(ProcessTests.Name)]
public sealed class VectorStoreTests(LibraryService service) : IClassFixture<LibraryService>
{
    private static readonly VectorStoreCollectionDefinition Rooms = new()
    {
        Properties =
        [
            new VectorStoreKeyProperty("Name", typeof(string)),
            new VectorStoreDataProperty("Floor", typeof(int)) { IsIndexed = true },
            new VectorStoreDataProperty("Warm", typeof(bool?)),
            new VectorStoreDataProperty("Tags", typeof(string[])),
            new VectorStoreDataProperty("Built", typeof(DateTimeOffset)) { StorageName = "built_at" },
            new VectorStoreVectorProperty("Description", typeof(string), 1),
        ],
    };

    [Fact]
    public async Task The_memory_of_agent_framework_over_vector_stores_works_on_soma()
    {
        using var soma = service.NewClient();
        using var store = new SomaVectorStore(soma);
        var model = new ScriptedChatClient(_ => "Noted.");
        var name = LibraryService.NewName();
        var user = "ada";
        using var memory = new ChatHistoryMemoryProvider(
            store, name, 384, _ => new ChatHistoryMemoryProvider.State(new ChatHistoryMemoryProviderScope { UserId = user, ApplicationId = "tests" }));
        var agent = new ChatClientAgent(model, new ChatClientAgentOptions { AIContextProviders = [memory] });

        await agent.RunAsync("The kettle is in the blue cupboard, canary-ada", await agent.CreateSessionAsync());
        await agent.RunAsync("Where is the kettle?", await agent.CreateSessionAsync());
        Assert.Contains(model.LastTexts, text => text.Contains("canary-ada", StringComparison.Ordinal));

        user = "bob";
        await agent.RunAsync("Where is the kettle?", await agent.CreateSessionAsync());
        Assert.DoesNotContain(model.LastTexts, text => text.Contains("canary-ada", StringComparison.Ordinal));
        Assert.Equal(6, await soma.Within(name).ListAsync().CountAsync());
    }

    [Fact]
    public async Task Records_are_stored_read_found_and_deleted()
    {
        using var soma = service.NewClient();
        using var store = new SomaVectorStore(soma);
        var rooms = await FilledAsync(store);
        var kitchen = await rooms.GetAsync("kitchen");
        Assert.Equal((1, true, Day(1)), ((int)kitchen!["Floor"]!, (bool?)kitchen["Warm"], (DateTimeOffset)kitchen["Built"]!));
        Assert.Equal(["food", "water"], (string[])kitchen["Tags"]!);
        Assert.Null((await rooms.GetAsync("attic"))!["Warm"]);
        Assert.Null(await rooms.GetAsync("garage"));

        var found = await rooms.SearchAsync("a place to sleep", 2).ToListAsync();
        Assert.Equal("bedroom", found[0].Record["Name"]);
        Assert.InRange(found[0].Score!.Value, 0, 1);
        Assert.Empty(await rooms.SearchAsync("a place to sleep", 2, new() { ScoreThreshold = 1 }).ToListAsync());
        var hybrid = (IKeywordHybridSearchable<Dictionary<string, object?>>)rooms.GetService(typeof(IKeywordHybridSearchable<Dictionary<string, object?>>))!;
        Assert.Equal("attic", (await hybrid.HybridSearchAsync("a room", ["dusty"], 1).SingleAsync()).Record["Name"]);

        await rooms.DeleteAsync("kitchen");
        await rooms.DeleteAsync(["attic", "bath", "bedroom", "garage"]);
        Assert.False(await rooms.CollectionExistsAsync());
        Assert.Contains(rooms.Name, await store.ListCollectionNamesAsync().ToListAsync());
        await rooms.EnsureCollectionDeletedAsync();
        Assert.DoesNotContain(rooms.Name, await store.ListCollectionNamesAsync().ToListAsync());
    }

    [Fact]
    public async Task Filters_compare_properties_and_a_list_has_an_order()
    {
        using var soma = service.NewClient();
        using var store = new SomaVectorStore(soma);
        var rooms = await FilledAsync(store);
        var floor = 2;
        string[] some = ["attic", "bath", "kitchen"];
        Assert.Equal(["bath", "bedroom"], await NamesAsync(x => (int)x["Floor"]! == floor));
        Assert.Equal(["attic"], await NamesAsync(x => (int)x["Floor"]! > floor && x["Warm"] == null));
        Assert.Equal(["bath"], await NamesAsync(x => 2 <= (int)x["Floor"]! && ((string[])x["Tags"]!).Contains("water")));
        Assert.Equal(["attic", "bath", "kitchen"], await NamesAsync(x => some.Contains((string)x["Name"]!)));
        Assert.Equal(["attic", "bedroom"], await NamesAsync(x => !((bool)x["Warm"]! == true)));
        Assert.Equal(["kitchen"], await NamesAsync(x => (DateTimeOffset)x["Built"]! < Day(2)));
        Assert.Equal(["bath", "kitchen"], await NamesAsync(x => (string)x["Name"]! == "bath" || (string)x["Name"]! == "kitchen"));
        Assert.Equal("bath", (await rooms.SearchAsync("a room", 5, new() { Filter = x => (int)x["Floor"]! == 2 && (bool)x["Warm"]! }).SingleAsync()).Record["Name"]);
        await Assert.ThrowsAsync<NotSupportedException>(() => NamesAsync(x => ((string)x["Name"]!).StartsWith('b')));

        var ordered = rooms.GetAsync(x => (int)x["Floor"]! >= 1, 3, new() { Skip = 1, OrderBy = order => order.Descending(x => x["Floor"]).Ascending(x => x["Name"]) });
        Assert.Equal(["bath", "bedroom", "kitchen"], await ordered.Select(record => (string)record["Name"]!).ToListAsync());

        async Task<List<string>> NamesAsync(global::System.Linq.Expressions.Expression<Func<Dictionary<string, object?>, bool>> filter) =>
            await rooms.GetAsync(filter, 10).Select(record => (string)record["Name"]!).Order().ToListAsync();
    }

    [Fact]
    public async Task A_vector_that_the_caller_brings_is_searched_and_read_back()
    {
        using var soma = service.NewClient();
        using var store = new SomaVectorStore(soma);
        var definition = new VectorStoreCollectionDefinition
        {
            Properties = [new VectorStoreKeyProperty("Key", typeof(Guid)), new VectorStoreVectorProperty("Vector", typeof(ReadOnlyMemory<float>), 2)],
        };
        var points = store.GetCollection<Guid, Dictionary<string, object?>>(LibraryService.NewName(), definition);
        var (east, north) = (Guid.NewGuid(), Guid.NewGuid());
        await points.UpsertAsync(
        [
            new Dictionary<string, object?> { ["Key"] = east, ["Vector"] = new ReadOnlyMemory<float>([1, 0]) },
            new Dictionary<string, object?> { ["Key"] = north, ["Vector"] = new ReadOnlyMemory<float>([0, 1]) },
        ]);
        var found = await points.SearchAsync(new ReadOnlyMemory<float>([0.1f, 0.9f]), 1, new() { IncludeVectors = true }).SingleAsync();
        Assert.Equal(north, found.Record["Key"]);
        Assert.Equal([0f, 1f], ((ReadOnlyMemory<float>)found.Record["Vector"]!).ToArray());
        Assert.Equal(east, (await points.GetAsync(east))!["Key"]);

        using var stranger = new SomaVectorStore(service.NewClient(options => options.Token = "wrong"));
        var refused = await Assert.ThrowsAsync<VectorStoreException>(() => stranger.CollectionExistsAsync("x"));
        Assert.IsType<SomaForbiddenException>(refused.InnerException);
        Assert.Throws<NotSupportedException>(() => store.GetCollection<string, object>("x"));
    }

    private static DateTimeOffset Day(int day) => new(2026, 1, day, 12, 0, 0, TimeSpan.Zero);

    private static async Task<VectorStoreCollection<object, Dictionary<string, object?>>> FilledAsync(SomaVectorStore store)
    {
        var rooms = store.GetDynamicCollection(LibraryService.NewName(), Rooms);
        await rooms.EnsureCollectionExistsAsync();
        await rooms.UpsertAsync(RoomOf("kitchen", 1, true, ["food", "water"], "where meals are cooked"));
        await rooms.UpsertAsync(
        [
            RoomOf("bath", 2, true, ["water"], "where people wash"), RoomOf("bedroom", 2, false, [], "where people sleep in beds"),
            RoomOf("attic", 3, null, [], "a dusty room under the roof"),
        ]);
        return rooms;
    }

    private static Dictionary<string, object?> RoomOf(string name, int floor, bool? warm, string[] tags, string description) => new()
    {
        ["Name"] = name,
        ["Floor"] = floor,
        ["Warm"] = warm,
        ["Tags"] = tags,
        ["Built"] = Day(floor),
        ["Description"] = description,
    };
}
