using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Soma.Bench.Load;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Bench.Retrieval;

/// <summary>
/// <c>bench search-speed</c>: measures the time of one search and the memory of one indexed memory, at several sizes.
/// </summary>
public static class SearchSpeedCommand
{
    private const int Searches = 400;

    // After this many searches the runtime has compiled the loops with all optimisations. Meanwhile they take three times as long.
    private const int WarmUps = 3_000;
    private const int WordsPerMemory = 24;
    private const int MemoriesPerSession = 25;

    public static async Task<int> RunAsync(string[] arguments)
    {
        int[] sizes = new BenchArguments(arguments).Text("--memories") is { } given
            ? [int.Parse(given, CultureInfo.InvariantCulture)]
            : [1_000, 10_000, 100_000];
        using var embedder = new FastTableEmbedder(FastTableEmbedder.DefaultFolder());
        var words = Words();
        MeasureEmbedding(embedder, words);
        foreach (var size in sizes)
        {
            var index = Fill(size, embedder, words);
            foreach (var (name, mode, context) in new[]
            {
                ("hybrid + context", SearchMode.Hybrid, true), ("hybrid", SearchMode.Hybrid, false),
                ("vector", SearchMode.Vector, false), ("keyword", SearchMode.Keyword, false),
            })
            {
                await MeasureAsync(index, embedder, words, (name, mode, context));
            }
        }

        return 0;
    }

    /// <summary>An index of made-up conversations, and a query of six words for it.</summary>
    internal static (SearchIndex Index, string Query) MakeUp(int memories, FastTableEmbedder embedder) =>
        (Fill(memories, embedder, Words()), Sentence(new Random(11), Words(), 6));

    // The pieces of the table's English rows.
    private const int EnglishPieces = 30_522;

    private static string[] Words() => [.. File.ReadLines(Path.Combine(FastTableEmbedder.DefaultFolder(), "vocab.txt")).Take(EnglishPieces)
        .Where(word => word.Length > 2 && word.All(char.IsAsciiLetterLower))];

    private static void MeasureEmbedding(FastTableEmbedder embedder, string[] words)
    {
        const int Calls = 20_000;
        var texts = Enumerable.Range(0, 500).Select(i => Sentence(new Random(i), words, WordsPerMemory)).ToArray();
        var vector = new float[embedder.Dimension];
        foreach (var text in texts)
        {
            embedder.TryEmbed(text, vector);
        }

        var (allocated, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        for (var i = 0; i < Calls; i++)
        {
            embedder.TryEmbed(texts[i % texts.Length], vector);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine($"embedding: {clock.Elapsed.TotalMicroseconds / Calls:F1} us and {allocated / Calls} bytes allocated a text of {WordsPerMemory} words");
    }

    private static SearchIndex Fill(int size, FastTableEmbedder embedder, string[] words)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var random = new Random(7);
        var index = new SearchIndex(embedder.Dimension);
        var indexer = new ContentIndexer(embedder);
        index.CompleteLoading();
        var (preparing, putting) = (new Stopwatch(), new Stopwatch());
        for (var i = 1; i <= size; i++)
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(new
            {
                text = Sentence(random, words, WordsPerMemory),
                session_id = i / MemoriesPerSession,
                speaker = i % 2 == 0 ? "Ann" : "Bob",
            });
            preparing.Start();
            var content = indexer.Prepare(payload, null, NamespaceSettings.DefaultSequenceFields);
            preparing.Stop();
            putting.Start();
            index.Put(EntryOf(i, content));
            index.Publish(i);
            putting.Stop();
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine(
            $"{size} memories: {held / size} bytes each on the heap, {index.Bytes / size} by the index's own estimate; "
            + $"prepare {preparing.Elapsed.TotalMicroseconds / size:F1} us, put + publish {putting.Elapsed.TotalMicroseconds / size:F1} us");
        return index;
    }

    private static async Task MeasureAsync(
        SearchIndex index, FastTableEmbedder embedder, string[] words, (string Name, SearchMode Mode, bool Context) what)
    {
        var random = new Random(11);
        for (var i = 0; i < WarmUps; i++)
        {
            await SearchAsync(index, embedder, Sentence(random, words, 6), what);
        }

        var times = new List<double>();
        var (allocated, cpu) = (0L, Environment.CpuUsage.TotalTime);
        for (var i = 0; i < Searches; i++)
        {
            var query = Sentence(random, words, 6);
            var (start, bytes) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            await SearchAsync(index, embedder, query, what);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
        }

        cpu = Environment.CpuUsage.TotalTime - cpu;
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {what.Name,-17} min {times[0]:F3}  p10 {times[Searches / 10]:F3}  p50 {times[Searches / 2]:F3}  p99 {times[Searches * 99 / 100]:F3} ms, CPU {cpu.TotalMilliseconds / Searches:F3} ms, {allocated / Searches} bytes allocated"));
    }

    private static async Task SearchAsync(
        SearchIndex index, FastTableEmbedder embedder, string query, (string Name, SearchMode Mode, bool Context) what)
    {
        var vector = new float[embedder.Dimension];
        var request = new SearchRequest
        {
            Asked = new SearchMemories { Query = query, TopK = 10, Mode = what.Mode, Timeout = default },
            TextVector = embedder.TryEmbed(query, vector) ? vector : null,
            Now = new Instant(0),
            UseContext = what.Context,
        };
        await Searcher.SearchAsync(index.Current, request, (_, _) => throw new InvalidOperationException(), CancellationToken.None);
    }

    private static string Sentence(Random random, string[] words, int count) =>
        // The random number is cubed, so that a few words are common and most are rare, as in a language.
        string.Join(' ', Enumerable.Range(0, count).Select(_ => words[(int)(Math.Pow(random.NextDouble(), 3) * words.Length)]));

    private static IndexEntry EntryOf(int i, IndexedContent content) => new()
    {
        Row = new MemoryRow
        {
            Coordinate = Coordinate.FromCanonical(i.ToString(CultureInfo.InvariantCulture) + ".0"),
            Seq = i,
            Version = 1,
            Alive = true,
            Importance = 1,
            CreatedSeq = i,
            CreatedAt = new Instant(i),
            UpdatedAt = new Instant(i),
            HasText = content.HasText,
        },
        Content = content,
    };
}
