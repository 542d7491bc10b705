using System.Numerics.Tensors;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Fields;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

public sealed class VectorSearchTests
{
    private const int Dimension = 384;

    private readonly Random _random = new(5);

    [Fact]
    public async Task Default_search_finds_what_brute_force_finds_and_an_exact_one_all_of_it()
    {
        const int Queries = 60;
        var centres = Enumerable.Range(0, 400).Select(_ => RandomUnit()).ToArray();
        var vectors = Enumerable.Range(0, 100_000).Select(_ => Near(centres[_random.Next(centres.Length)], 0.4f)).ToArray();
        var snapshot = Index(vectors);
        var found = 0;
        for (var i = 0; i < Queries; i++)
        {
            var query = Near(vectors[_random.Next(vectors.Length)], 0.3f);
            var expected = BruteForce(vectors, query);
            found += (await FindAsync(snapshot, query, exact: false)).Intersect(expected).Count();
            Assert.Equal(expected, await FindAsync(snapshot, query, exact: true));
        }

        Assert.True(found >= 0.995 * 10 * Queries, $"{found} of {10 * Queries}");
    }

    [Fact]
    public async Task Identical_memories_score_alike_and_stand_once_on_the_pages_however_many_they_are()
    {
        var (same, other) = (RandomUnit(), RandomUnit());
        var snapshot = Index([.. Enumerable.Range(0, 400).Select(i => i % 4 == 3 ? Near(other, 1) : same)]);
        for (var round = 0; round < 6; round++)
        {
            var query = Request(Near(same, 0.2f), exact: false).Asking(asked => asked with { TopK = 30, MinScore = 0.9 });
            var seen = new List<RankedMemory>();
            for (var offset = 0; offset < 300; offset += 30)
            {
                seen.AddRange(await IndexFixture.SearchAsync(snapshot, query.Asking(asked => asked with { Offset = offset })));
            }

            Assert.Equal(Enumerable.Range(0, 400).Where(i => i % 4 != 3).Select(IndexFixture.At).Order(), seen.Select(hit => hit.Coordinate));
            Assert.Single(seen.Select(hit => hit.Score).Distinct());
        }
    }

    private static async Task<IEnumerable<int>> FindAsync(IndexSnapshot snapshot, float[] query, bool exact) =>
        (await IndexFixture.SearchAsync(snapshot, Request(query, exact))).Select(hit => (int)hit.Seq - 1);

    private static SearchRequest Request(float[] query, bool exact) => new()
    {
        Asked = new SearchMemories { Query = "anything", Mode = SearchMode.Vector, TopK = 10, Exact = exact, Timeout = default },
        TextVector = query,
        Now = IndexFixture.Now,
        UseContext = false,
    };

    private static IEnumerable<int> BruteForce(float[][] vectors, float[] query) => Enumerable.Range(0, vectors.Length)
        .OrderByDescending(i => TensorPrimitives.Dot(vectors[i], query)).ThenBy(IndexFixture.At).Take(10);

    private static IndexSnapshot Index(float[][] vectors)
    {
        var index = new SearchIndex(Dimension);
        for (var i = vectors.Length - 1; i >= 0; i--)
        {
            index.Put(IndexFixture.Entry(i, i + 1, "").Holding(ContentOf(vectors[i])));
        }

        return index.Publish(vectors.Length);
    }

    private static IndexedContent ContentOf(float[] vector) => new()
    {
        HasText = true,
        Text = "",
        Terms = TermCounts.Empty,
        Vector = vector,
        Fields = FieldSet.Of("{}"u8),
        Sequence = null,
        Bytes = 0,
    };

    private float[] RandomUnit() => UnitVector.Of([.. Enumerable.Range(0, Dimension).Select(_ => _random.NextSingle() - 0.5f)]);

    // Noise of that length, in a random direction.
    private float[] Near(float[] centre, float distance) =>
        UnitVector.Of([.. centre.Zip(RandomUnit(), (x, noise) => x + (distance * noise))]);
}
