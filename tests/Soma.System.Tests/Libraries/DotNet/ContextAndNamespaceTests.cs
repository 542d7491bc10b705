using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Soma.Client;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Libraries.DotNet;

/// <summary>What the .NET client makes for prompts, and what it does with whole namespaces, keys and feeds.</summary>
[Collection(ProcessTests.Name)]
public sealed class ContextAndNamespaceTests(LibraryService service) : IClassFixture<LibraryService>
{
    [Fact]
    public async Task The_context_has_a_line_a_memory_with_date_and_key_most_relevant_first()
    {
        using var soma = service.NewClient();
        await soma.BatchAsync(
        [
            new StoreMemory { Id = "kettle", Payload = new() { ["text"] = "The kettle is in the\nblue cupboard", ["timestamp"] = "2026-01-02T03:04:05Z" } },
            new StoreMemory { Id = "bike", Payload = new() { ["text"] = "The bike has a flat tyre", ["speaker"] = "Ada", ["timestamp"] = 1767409445 } },
        ]);

        var context = await soma.ContextAsync("where is the kettle?", search: new Search { MinRelevance = 0.3 });
        Assert.Equal("Memories, most relevant first (date, key, text):\n- [2026-01-02 03:04 @kettle] The kettle is in the blue cupboard", $"{context}");
        Assert.Equal(["kettle"], context.Memories.Select(hit => hit.Id));

        var bike = await soma.ContextAsync("the flat tyre of the bike", options: new ContextOptions { Heading = "" });
        Assert.StartsWith("- [2026-01-03 03:04 @bike] Ada: The bike has a flat tyre", bike.Text, StringComparison.Ordinal);
        Assert.Equal("", (await service.NewClient().ContextAsync("anything")).Text);
    }

    [Fact]
    public async Task The_context_keeps_its_budget_and_passes_over_what_does_not_fit()
    {
        using var soma = service.NewClient();
        await soma.StoreManyAsync(
            Enumerable.Range(0, 40).Select(i => new StoreMemory
            {
                Id = $"tea-{i}",
                Payload = new() { ["text"] = $"Tea number {i} {string.Concat(Enumerable.Repeat("is very green ", i % 5))}" },
            }));
        foreach (var budget in new[] { 30, 100, 400 })
        {
            var context = await soma.ContextAsync("which tea is green?", budget);
            Assert.True(context.Tokens <= budget && Encoding.UTF8.GetByteCount(context.Text) <= budget * 4);
            Assert.Equal(context.Memories.Count + 1, context.Text.Split('\n').Length);
        }

        static int Words(string text) => text.Split(' ', '\n').Length;
        Assert.InRange(Words((await soma.ContextAsync("green tea", 60, options: new ContextOptions { CountTokens = Words })).Text), 2, 60);
    }

    [Fact]
    public async Task A_memory_that_is_too_long_alone_is_cut()
    {
        using var soma = service.NewClient();
        var story = $"The story of the lighthouse {string.Concat(Enumerable.Repeat("went on and on ", 40))}";
        await soma.StoreAsync(story);
        var context = await soma.ContextAsync("lighthouse", 200, options: new ContextOptions { CountTokens = text => (text.Length + 1) / 2 });
        Assert.EndsWith("…", context.Text, StringComparison.Ordinal);
        Assert.InRange(context.Tokens, 1, 200);
    }

    [Fact]
    public async Task Namespaces_are_listed_configured_forked_rewound_exported_and_deleted()
    {
        using var soma = service.NewClient();
        var (name, copy, other) = (soma.Namespace!, LibraryService.NewName(), LibraryService.NewName());
        await soma.BatchAsync([new StoreMemory { Id = "a", Payload = new() { ["n"] = 1 } }, new StoreMemory { Id = "b", Payload = new() { ["n"] = 2 } }]);
        Assert.Equal([(name, 2L)], await soma.Namespaces.ListAsync(name).Select(one => (one.Name, one.Total)).ToListAsync());

        Assert.Equal(10, (await soma.Namespaces.ConfigureAsync(name, new NamespaceChoices { MaxMemories = 10 })).MaxMemories);
        Assert.Null((await soma.Namespaces.ConfigureAsync(name, new NamespaceChoices { MaxMemories = null })).MaxMemories);

        Assert.Equal(2, (await soma.Namespaces.ForkAsync(name, new ForkNamespace { To = copy })).Memories);
        await using (var lines = await soma.Namespaces.ExportAsync(name))
        {
            Assert.Equal(2, (await soma.Namespaces.ImportAsync(other, lines)).Memories);
        }

        Assert.Equal(2, (int?)(await soma.Within(other).GetAsync("@b")).Payload["n"]);
        await soma.StoreAsync(new StoreMemory { Id = "a", Payload = new() { ["n"] = 3 } });
        await soma.StoreAsync(new StoreMemory { Id = "c", Payload = [] });
        var differences = await soma.Namespaces.DiffAsync(name, new DiffNamespaceQuery { From = 2, Limit = 1 }).ToListAsync();
        Assert.Equal([("@a", DifferenceKind.Changed), ("@c", DifferenceKind.Added)], differences.Select(one => (one.Coord, one.Change)));
        Assert.Equal(1, (await soma.Namespaces.RewindAsync(name, new RewindNamespace { AsOf = 2, DryRun = true })).Stored);
        await soma.Namespaces.RewindAsync(name, new RewindNamespace { AsOf = 2 });
        Assert.Equal(1, (int?)(await soma.GetAsync("@a")).Payload["n"]);

        Assert.True((await soma.Namespaces.DeleteAsync(name)).Deleted);
        Assert.Equal(0, await soma.ListAsync().CountAsync());
        Assert.Equal(2, await soma.Within(copy).ListAsync().CountAsync());
    }

    [Fact]
    public async Task A_key_is_made_for_one_namespace_used_rotated_and_revoked()
    {
        using var root = service.NewClient();
        var made = await root.Keys.MakeAsync(new MakeKey { Name = "agent", Namespaces = [root.Namespace!], Scopes = [Scope.Read, Scope.Write] });
        using var agent = service.NewClient(options => (options.Token, options.Namespace) = (made.Key, root.Namespace));
        Assert.Equal(made.Id, (await agent.WhoAmIAsync()).Id);
        await agent.StoreAsync("by an agent");
        var change = await agent.Changes(options: new FollowOptions { Follow = false }).SingleAsync();
        Assert.Contains("agent", change.By, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SomaForbiddenException>(() => agent.Within("another").StoreAsync("x"));
        await Assert.ThrowsAsync<SomaForbiddenException>(() => agent.Namespaces.DeleteAsync(root.Namespace!));

        var rotated = await root.Keys.RotateAsync(made.Id, TimeSpan.Zero);
        using var again = service.NewClient(options => (options.Token, options.Namespace) = (rotated.Key, root.Namespace));
        Assert.Equal(made.Id, (await again.WhoAmIAsync()).Id);
        Assert.Null((await root.Keys.ListAsync(limit: 1).SingleAsync(key => key.Id == made.Id)).Key);
        Assert.True((await root.Keys.RevokeAsync(made.Id)).Revoked);
    }

    [Fact]
    public async Task A_feed_up_to_now_ends_and_takes_filters()
    {
        using var soma = service.NewClient();
        await soma.BatchAsync([new StoreMemory { Id = "a", Payload = [] }, new StoreMemory { Id = "b", Payload = [] }]);
        await soma.LinkAsync("@a", "@b");
        var upToNow = new FollowOptions { Follow = false };
        Assert.Equal([ChangeKind.Put, ChangeKind.Put, ChangeKind.Link], await soma.Changes(null, upToNow).Select(change => change.Op).ToListAsync());
        Assert.Equal([3L], await soma.Changes(new ListChangesQuery { Ops = [ChangeKind.Link] }, upToNow).Select(change => change.Seq).ToListAsync());
        Assert.Equal(["@b"], await soma.Changes(new ListChangesQuery { After = 1, IdPrefix = "b", Ops = [ChangeKind.Put] }, upToNow).Select(change => change.Coord).ToListAsync());
    }

    [Fact]
    public async Task A_feed_of_a_namespace_that_was_deleted_says_that_its_log_is_another_one()
    {
        using var soma = service.NewClient();
        await soma.StoreAsync("first life");
        var feed = soma.Changes(options: new FollowOptions { Follow = false });
        await feed.CountAsync();
        await soma.Namespaces.DeleteAsync(soma.Namespace!);
        await soma.StoreAsync("new life");
        var place = new ListChangesQuery { After = feed.After, Log = feed.Log };
        await Assert.ThrowsAsync<SomaLogReplacedException>(async () => await soma.Changes(place, new FollowOptions { Follow = false }).CountAsync());
        await Assert.ThrowsAsync<SomaLogReplacedException>(async () => await soma.Changes(place).CountAsync());
    }

    [Fact]
    public async Task The_client_is_registered_by_a_connection_string()
    {
        var name = LibraryService.NewName();
        var connection = $"Endpoint={service.Url};Token={SomaProcess.Token};Namespace={name};Tenant=acme";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:memory", connection)]).Build();
        await using var provider = new ServiceCollection().AddSingleton<IConfiguration>(configuration)
            .AddSomaClient("memory", options => options.Retries = 1).BuildServiceProvider();
        var soma = provider.GetRequiredService<SomaClient>();
        await soma.StoreAsync("in the tenant");
        Assert.Equal(name, soma.Namespace);
        Assert.Equal(1, await soma.ListAsync().CountAsync());
        Assert.Equal(0, await soma.Within(name, "default").ListAsync().CountAsync());
        Assert.True((await soma.HealthAsync()).Healthy);

        await using var plain = new ServiceCollection().AddSomaClient(options => (options.Url, options.Token) = (service.Url, SomaProcess.Token)).BuildServiceProvider();
        Assert.True((await plain.GetRequiredService<SomaClient>().StatsAsync()).TotalMemories >= 1);
        Assert.Throws<FormatException>(() => SomaClientOptions.FromConnectionString("Endpoint=http://a;Password=b"));
    }
}
