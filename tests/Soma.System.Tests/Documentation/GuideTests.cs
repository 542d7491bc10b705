using Soma.System.Tests.Processes;
using Soma.System.Tests.Remote;

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

        await AssertAnswersAsync(soma, "docs/api.md");
    }

    /// <summary>The tabs for a shell. Those of the libraries are run by <c>LibraryTests</c>.</summary>
    [Fact]
    public async Task Every_example_of_the_tutorial_answers_as_it_says()
    {
        using var checkout = new TestFolder();
        var variables = new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(checkout.Location, "soma-data") };
        await using var soma = new SomaProcess(variables);
        await soma.StartAsync();
        SomaScript.WriteProgram(Path.Combine(checkout.Location, "src/Soma/bin/run"));

        await AssertAnswersAsync(soma, "docs/tutorial.md", checkout.Location);
    }

    private static async Task AssertAnswersAsync(SomaProcess soma, string page, string? folder = null)
    {
        var guide = Guide.Read(page, soma.Client.BaseAddress!.ToString().TrimEnd('/'), SomaProcess.Token);
        Assert.NotEmpty(guide.Examples);
        foreach (var example in guide.Examples)
        {
            var answer = await guide.RunAsync(example, folder);
            var difference = example.Difference(answer);
            Assert.True(difference is null, $"{example.Command}\n{difference}\n{answer}");
        }
    }
}
