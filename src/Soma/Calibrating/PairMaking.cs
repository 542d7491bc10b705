using System.Text.Json.Nodes;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;

namespace Soma.Calibrating;

/// <summary>Makes the pairs that a curve is fitted to, of what the service itself says of queries and memories.</summary>
/// <remarks>
/// Of a namespace's own memories nobody knows which have to do with a query. That a turn follows a question tells little: on chats between
/// people, a curve that was fitted to questions and the turns after them silenced 3 % of foreign questions. But the service keeps the
/// table's vectors beside those of the embedder, and the curve for these was fitted to judged pairs. So sentences of memories are asked as
/// queries, the built-in curve judges what is found, and the new curve is fitted to say the same by the embedder's cosines. The sentence's own
/// memory does not count, because nothing is as near to it as itself.
/// </remarks>
internal sealed class PairMaking(CalibratedService service)
{
    private const int MostMemories = 5000;
    private const int MostQueries = 200;
    private const int HitsPerQuery = 20;
    private const int LeastWords = 3;
    private const int LongestSentence = 300;

    private static readonly char[] SentenceEnds = [.. ".!?\n。！？؟।"];

    private readonly List<LabelledPair> _pairs = [];

    /// <summary>The space of the cosines; null: no memory that was found has a vector of an embedder of the namespace's own.</summary>
    public string? Space { get; private set; }

    /// <summary>Pairs that were left out, because a memory is missing or has no vector, or the table does not know the query's language.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Sentences of the newest memories, and what is found by them.</summary>
    public async Task<IReadOnlyList<LabelledPair>> OfMemoriesAsync(CancellationToken cancellationToken)
    {
        var queries = SentencesOf(await service.ListAsync(MostMemories, cancellationToken));
        for (var i = 0; i < queries.Count; i++)
        {
            var search = new JsonObject { ["query"] = queries[i].Sentence, ["top_k"] = HitsPerQuery };
            foreach (var hit in await service.SearchAsync(search, cancellationToken))
            {
                if (hit.Coord != queries[i].Coord)
                {
                    Add(i, hit, hit.ByTable);
                }
            }
        }

        return _pairs;
    }

    /// <summary>Pairs that the operator judged.</summary>
    public async Task<IReadOnlyList<LabelledPair>> OfJudgedAsync(IReadOnlyList<JudgedPair> judged, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pair in judged)
        {
            numbers.TryAdd(pair.Query, numbers.Count);
            var search = new JsonObject
            {
                ["query"] = pair.Query,
                ["top_k"] = 1,
                ["mode"] = "vector",
                ["filters"] = new JsonObject { ["coord"] = pair.Coord },
            };
            Add(numbers[pair.Query], (await service.SearchAsync(search, cancellationToken)).SingleOrDefault(), pair.Relevant ? 1 : 0);
        }

        return _pairs;
    }

    private void Add(int query, FoundMemory? hit, double? relevant)
    {
        Space ??= hit?.Space;
        if (hit is { Space: { } space, Cosine: { } cosine } && relevant is { } label && space == Space)
        {
            _pairs.Add(new LabelledPair(query, cosine, hit.Cover, label));
        }
        else
        {
            LeftOut++;
        }
    }

    /// <summary>One sentence each of memories that lie evenly among all.</summary>
    private static List<(string Coord, string Sentence)> SentencesOf(JsonArray memories)
    {
        var all = new List<(string, string)>();
        for (var i = 0; i < memories.Count; i++)
        {
            var text = IndexedText.Compose(Encoding.UTF8.GetBytes(memories[i]!["payload"]!.ToJsonString()), null).Text;
            var sentences = text.Split(SentenceEnds, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(sentence => sentence.Length <= LongestSentence && QueryWords.Of(sentence, null).Weights.Count >= LeastWords).ToList();
            if (sentences.Count > 0)
            {
                all.Add(((string)memories[i]!["coord"]!, sentences[i % sentences.Count]));
            }
        }

        var step = Math.Max(1, all.Count / (double)MostQueries);
        return [.. Enumerable.Range(0, Math.Min(all.Count, MostQueries)).Select(i => all[(int)(i * step)])];
    }
}
