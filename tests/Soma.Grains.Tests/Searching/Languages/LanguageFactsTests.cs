using System.Text;
using System.Text.Json;
using Soma.Grains.Interfaces;
using Soma.Grains.Tests.Engine;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Searching.Languages;

/// <summary>Facts of everyday life in fourteen languages, and questions about them in other words (<c>facts.txt</c>).</summary>
public sealed class LanguageFactsTests
{
    private const int Questions = 8;

    private static readonly Lazy<Dictionary<string, Language>> Languages = new(Read);

    public static TheoryData<string> Names => [.. Languages.Value.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Hybrid_finds_at_least_what_the_better_of_words_and_vectors_finds(string language)
    {
        var engine = await StoreAsync(language);
        var questions = Languages.Value[language].Questions;

        var byWords = await CountFirstAsync(engine, questions, SearchMode.Keyword);
        var byMeaning = await CountFirstAsync(engine, questions, SearchMode.Vector);
        var hybrid = await CountFirstAsync(engine, questions, SearchMode.Hybrid);

        Assert.True(hybrid >= Math.Max(byWords, byMeaning), $"words {byWords}, vectors {byMeaning}, hybrid {hybrid}");
        Assert.InRange(hybrid, 6, Questions);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task English_questions_find_the_facts_of_other_languages(string language)
    {
        var engine = await StoreAsync(language);

        Assert.InRange(await CountFirstAsync(engine, Languages.Value["English"].Questions, SearchMode.Hybrid), 6, Questions);
    }

    private static async Task<EngineHarness> StoreAsync(string language)
    {
        var engine = new EngineHarness(new InMemoryStore());
        var facts = Languages.Value[language].Facts;
        await engine.WriteAsync(EngineHarness.CommandOf(AnswerKind.StoreBatch, null, [.. facts.Select((fact, i) => new PutMemory
        {
            Coordinate = EngineHarness.At($"{i}"),
            Payload = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { text = fact })),
            Type = MemoryType.Episodic,
            Importance = 1,
        })]));
        return engine;
    }

    /// <summary>How many questions have their own fact as the first hit.</summary>
    private static async Task<int> CountFirstAsync(EngineHarness engine, IReadOnlyList<string> questions, SearchMode mode)
    {
        var count = 0;
        for (var i = 0; i < Questions; i++)
        {
            var query = new SearchMemories { Query = questions[i], TopK = 1, Mode = mode, Timeout = TimeSpan.FromSeconds(60) };
            var reply = await engine.RunAsync(each => each.SearchAsync(query, CancellationToken.None));
            count += reply.Hits is [var first] && first.Memory.Coordinate == EngineHarness.At($"{i}") ? 1 : 0;
        }

        return count;
    }

    private static Dictionary<string, Language> Read()
    {
        var languages = new Dictionary<string, Language>(StringComparer.Ordinal);
        var current = new Language([], []);
        using var reader = new StreamReader(typeof(LanguageFactsTests).Assembly.GetManifestResourceStream("facts.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                languages[line.Trim('[', ']')] = current = new Language([], []);
            }
            else if (!line.StartsWith('#'))
            {
                (line.StartsWith("fact ", StringComparison.Ordinal) ? current.Facts : current.Questions).Add(line[(line.IndexOf(' ') + 1)..]);
            }
        }

        Assert.All(languages.Values, language => Assert.Equal((12, Questions), (language.Facts.Count, language.Questions.Count)));
        return languages;
    }

    private sealed record Language(List<string> Facts, List<string> Questions);
}
