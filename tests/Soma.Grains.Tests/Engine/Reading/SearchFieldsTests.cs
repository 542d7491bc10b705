using System.Text;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

/// <summary>Namespaces whose settings leave fields of the payloads out.</summary>
public sealed class SearchFieldsTests
{
    private static readonly NamespaceSettings Ignoring = new() { IgnoreFields = ["raw"] };

    [Fact]
    public async Task A_long_field_that_is_left_out_is_not_said_to_be_indexed_partly()
    {
        var payload = $$"""{"text":"Paid","raw":"{{new string('a', 70_000)}}"}""";
        Assert.EndsWith(""","indexed":"partly"}""", await StoreAsync(new NamespaceSettings(), payload), StringComparison.Ordinal);
        Assert.DoesNotContain("partly", await StoreAsync(Ignoring, payload), StringComparison.Ordinal);
        Assert.Contains("partly", await StoreAsync(new NamespaceSettings { SearchFields = ["raw"] }, payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phrase_is_not_looked_for_in_a_field_that_is_left_out()
    {
        const string Payload = """{"text":"a blue lamp and a kettle","raw":"kettle blue lamp"}""";
        Assert.Equal(1, await CountAsync(new NamespaceSettings(), Payload));
        Assert.Equal(0, await CountAsync(Ignoring, Payload));
    }

    [Fact]
    public async Task Searches_follow_the_settings_as_soon_as_they_are_changed()
    {
        var engine = new EngineHarness(new InMemoryStore());
        await engine.WriteAsync(CommandOf(AnswerKind.Store, null, Memory("""{"text":"Paid","raw":"kettle"}""")));
        Assert.Equal(1, await CountAsync(engine, "kettle"));
        await engine.ApplyAsync(Ignoring);
        Assert.Equal(0, await CountAsync(engine, "kettle"));
        await engine.ApplyAsync(new NamespaceSettings());
        Assert.Equal(1, await CountAsync(engine, "kettle"));
        await engine.CloseAsync();
    }

    [Fact]
    public void Only_another_choice_of_fields_is_another_revision()
    {
        var first = Ignoring.After(new NamespaceSettings());
        Assert.Equal(1, first.FieldsRevision);
        Assert.Equal(1, (Ignoring with { RecencyHalfLifeDays = 2 }).After(first).FieldsRevision);
        Assert.Equal(2, (Ignoring with { SearchFields = [] }).After(first).FieldsRevision);
        Assert.Equal(2, new NamespaceSettings().After(first).FieldsRevision);
        Assert.False(new NamespaceSettings().After(first).HasAllFields());
    }

    private static async Task<string> StoreAsync(NamespaceSettings settings, string payload)
    {
        var engine = new EngineHarness(new InMemoryStore(), parts: new HarnessParts(new()) { Settings = settings });
        var reply = await engine.WriteAsync(CommandOf(AnswerKind.Store, null, Memory(payload)));
        await engine.CloseAsync();
        return Encoding.UTF8.GetString(reply.Body!);
    }

    private static async Task<int> CountAsync(NamespaceSettings settings, string payload)
    {
        var engine = new EngineHarness(new InMemoryStore(), parts: new HarnessParts(new()) { Settings = settings });
        await engine.WriteAsync(CommandOf(AnswerKind.Store, null, Memory(payload)));
        var count = await CountAsync(engine, "\"kettle blue\"");
        await engine.CloseAsync();
        return count;
    }

    private static async Task<int> CountAsync(EngineHarness engine, string query) => (await engine.RunAsync(each => each.SearchAsync(
        new SearchMemories { Query = query, Mode = SearchMode.Keyword, TopK = 5, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None))).Hits.Length;

    private static PutMemory Memory(string payload) => new()
    {
        Coordinate = At("1"),
        Payload = Encoding.UTF8.GetBytes(payload),
        Type = MemoryType.Episodic,
        Importance = 1,
    };
}
