using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

/// <summary>Searches in which links lend score.</summary>
public sealed class ExpandedSearchTests : IAsyncLifetime
{
    private readonly EngineHarness _engine = new(new InMemoryStore());

    public async Task InitializeAsync()
    {
        await _engine.PutAsync("1", "the heron project");
        await _engine.PutAsync("2", "invoices go to Clara");
        await _engine.PutAsync("3", "deadlines are in May");
    }

    public Task DisposeAsync() => _engine.CloseAsync();

    [Fact]
    public async Task A_link_counts_in_the_very_next_search_and_not_after_it_was_removed()
    {
        for (var i = 0; i < 20; i++)
        {
            await LinkAsync("2", "1");
            Assert.Equal(["1.0", "2.0"], await FindAsync(new SearchExpansion()));
            await _engine.WriteAsync(CommandOf(AnswerKind.Unlink, null, new DeleteLink { From = At("2"), To = At("1"), LinkType = "related" }));
            Assert.Equal(["1.0"], await FindAsync(new SearchExpansion()));
        }
    }

    [Fact]
    public async Task Links_do_not_count_unless_they_are_asked_for()
    {
        await LinkAsync("1", "2");
        Assert.Equal(["1.0"], await FindAsync(null));
    }

    [Fact]
    public async Task Only_links_of_the_types_asked_for_count()
    {
        await LinkAsync("1", "2", "billing");
        await LinkAsync("3", "1", "planning");
        Assert.Equal(["1.0", "2.0"], await FindAsync(new SearchExpansion { LinkTypes = ["billing", "unheard_of"] }));
        Assert.Equal(["1.0"], await FindAsync(new SearchExpansion { LinkTypes = ["unheard_of"] }));
        Assert.Equal(["1.0", "2.0", "3.0"], await FindAsync(new SearchExpansion { LinkTypes = ["planning", "billing"] }));
    }

    [Fact]
    public async Task A_memory_that_was_deleted_or_overwritten_is_not_found_as_it_was()
    {
        await LinkAsync("1", "2");
        await LinkAsync("1", "3");
        await _engine.WriteAsync(Delete("3"));
        await _engine.PutAsync("2", "invoices go to Dora");
        var reply = await SearchAsync(new SearchExpansion());
        Assert.Equal(["1.0", "2.0"], reply.Hits.Select(hit => hit.Memory.Coordinate.Text).Order());
        Assert.Contains("Dora", System.Text.Encoding.UTF8.GetString(reply.Hits[1].Memory.Payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_lent_is_explained()
    {
        await LinkAsync("1", "2", strength: 0.5);
        var reply = await SearchAsync(new SearchExpansion());
        Assert.Equal([null, 0.25], reply.Hits.Select(hit => hit.Explanation!.Linked));
    }

    private async Task<IEnumerable<string>> FindAsync(SearchExpansion? expansion) =>
        (await SearchAsync(expansion)).Hits.Select(hit => hit.Memory.Coordinate.Text).Order();

    private Task<SearchReply> SearchAsync(SearchExpansion? expansion) => _engine.RunAsync(engine => engine.SearchAsync(
        new SearchMemories { Query = "heron", Mode = SearchMode.Keyword, TopK = 10, Expand = expansion, Explain = true, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));

    private Task LinkAsync(string from, string to, string type = "related", double strength = 1) => _engine.WriteAsync(
        CommandOf(AnswerKind.Link, null, new PutLink { From = At(from), To = At(to), LinkType = type, Strength = strength }));
}
