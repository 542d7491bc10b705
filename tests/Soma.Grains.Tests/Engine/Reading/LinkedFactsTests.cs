using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using Xunit.Abstractions;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

/// <summary>A made set: projects, and facts that do not name their project and are only linked to it.</summary>
public sealed class LinkedFactsTests(ITestOutputHelper output)
{
    private static readonly string[] Projects =
        ["Heron", "Magnolia", "Basalt", "Lantern", "Orchard", "Compass", "Juniper", "Tundra", "Cobalt", "Meadow", "Saffron", "Glacier"];

    private static readonly string[] People =
        ["Clara", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Keiko", "Luis", "Marta", "Nadia"];

    private static readonly string[] Places =
        ["Lisbon", "Oslo", "Kyoto", "Quito", "Dublin", "Tallinn", "Perth", "Nairobi", "Bergen", "Lima", "Seoul", "Porto"];

    // What a fact says, and how a question asks for it.
    private static readonly (Func<int, string> Fact, string Question)[] Kinds =
    [
        (i => $"Invoices are approved by {People[i]}", "who approves the invoices of the {0} project?"),
        (i => $"The team meets every week in {Places[i]}", "where does the team of {0} meet?"),
        (i => $"The deadline was moved to the {i + 3}th of May", "when is the deadline of project {0}?"),
        (i => $"The servers cost {(i + 2) * 150} euros a month", "what do the servers of {0} cost?"),
        (i => $"{People[(i + 5) % People.Length]} writes the weekly report", "who writes the report for {0}?"),
    ];

    [Fact]
    public async Task Facts_that_do_not_name_their_project_are_found_by_their_links_to_it()
    {
        var engine = new EngineHarness(new InMemoryStore());
        for (var i = 0; i < Projects.Length; i++)
        {
            await engine.PutAsync($"{i}", $"{Projects[i]} is one of our projects, led by {People[^(i + 1)]}");
            for (var kind = 0; kind < Kinds.Length; kind++)
            {
                await engine.PutAsync($"{i},{kind}", Kinds[kind].Fact(i));
                await engine.WriteAsync(CommandOf(
                    AnswerKind.Link, null, new PutLink { From = At($"{i},{kind}"), To = At($"{i}"), LinkType = "part_of", Strength = 1 }));
            }
        }

        var (plain, expanded) = (await MeasureAsync(engine, null), await MeasureAsync(engine, new SearchExpansion()));
        output.WriteLine($"R@2 / R@5: plain {plain.AtTwo:F3} / {plain.AtFive:F3}, with links {expanded.AtTwo:F3} / {expanded.AtFive:F3}");
        Assert.True(plain.AtTwo < 0.3, $"{plain}");
        Assert.True(expanded.AtTwo > 0.9, $"{expanded}");
        await engine.CloseAsync();
    }

    private static async Task<(double AtTwo, double AtFive)> MeasureAsync(EngineHarness engine, SearchExpansion? expansion)
    {
        var (asked, firstTwo, firstFive) = (0d, 0, 0);
        for (var i = 0; i < Projects.Length; i++)
        {
            for (var kind = 0; kind < Kinds.Length; kind++)
            {
                var query = string.Format(System.Globalization.CultureInfo.InvariantCulture, Kinds[kind].Question, Projects[i]);
                var reply = await engine.RunAsync(each => each.SearchAsync(
                    new SearchMemories { Query = query, TopK = 5, Expand = expansion, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));
                var place = Array.FindIndex(reply.Hits, hit => hit.Memory.Coordinate == At($"{i},{kind}"));
                (asked, firstTwo, firstFive) = (asked + 1, firstTwo + (place is 0 or 1 ? 1 : 0), firstFive + (place >= 0 ? 1 : 0));
            }
        }

        return (firstTwo / asked, firstFive / asked);
    }
}
