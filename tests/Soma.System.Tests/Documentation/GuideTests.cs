using System.Text.Json;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Documentation;

/// <summary>A reader who types what the guide shows gets what the guide shows.</summary>
[Collection(ProcessTests.Name)]
public sealed class GuideTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_example_of_the_guide_answers_as_it_says()
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();
        var guide = Guide.Read("docs/api.md", soma.Client.BaseAddress!.ToString().TrimEnd('/'), SomaProcess.Token);

        Assert.NotEmpty(guide.Examples);
        foreach (var example in guide.Examples)
        {
            var answer = await guide.RunAsync(example);
            using var actual = JsonDocument.Parse(answer);
            using var expected = JsonDocument.Parse(example.Answer);
            var difference = JsonDifference.Find(expected.RootElement, actual.RootElement, "answer");
            Assert.True(difference is null, $"{example.Command}\n{difference}\n{answer}");
        }
    }
}
