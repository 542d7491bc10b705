using System.Runtime.Intrinsics.X86;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Tests.Searching;

public sealed class QuantisedQueryTests
{
    private readonly Random _random = new(7);

    public static TheoryData<int> Dimensions => [1, 7, 31, 32, 33, 384, 1536];

    [Theory, MemberData(nameof(Dimensions))]
    public void Product_is_as_near_as_the_rounding_of_both_vectors_allows(int dimension)
    {
        for (var round = 0; round < 200; round++)
        {
            var (query, stored) = (RandomUnit(dimension), RandomUnit(dimension));
            var chunk = new VectorChunk(3, dimension);
            chunk.Write(1, stored);
            var quantised = new QuantisedQuery(query);
            var exact = query.Zip(stored, (x, y) => (double)x * y).Sum();
            var actual = quantised.Dot(chunk.CodesOf(1), chunk.ScaleOf(1));

            // Each number is off by at most half a step.
            var (step, queryStep) = (chunk.ScaleOf(1) / 2.0, query.Max(Math.Abs) / 4095 / 2.0);
            var bound = (query.Sum(x => Math.Abs(x)) * step) + (stored.Sum(y => Math.Abs(y)) * queryStep) + (dimension * step * queryStep);
            Assert.True(Math.Abs(exact - actual) <= bound + 1e-5, $"{exact} is {actual}, allowed are {bound}");
            Assert.Equal(stored, chunk.Read(1).ToArray());
        }
    }

    [Theory, MemberData(nameof(Dimensions))]
    public void Every_instruction_set_gives_the_same_sum(int dimension)
    {
        for (var round = 0; round < 50; round++)
        {
            var codes = Enumerable.Range(0, dimension).Select(_ => (sbyte)_random.Next(-127, 128)).ToArray();
            AssertSame(codes, new QuantisedQuery(RandomUnit(dimension)).Numbers.ToArray());
        }
    }

    [Theory, MemberData(nameof(Dimensions))]
    public void Scores_of_many_vectors_and_queries_are_those_of_each_pair_and_as_near_as_promised(int dimension)
    {
        foreach (var (slots, count) in ((int, int)[])[(1, 1), (7, 3), (8, 4), (256, 11)])
        {
            var chunk = new VectorChunk(slots, dimension);
            var stored = Enumerable.Range(0, slots).Select(_ => RandomUnit(dimension)).ToArray();
            for (var slot = 0; slot < slots; slot++)
            {
                chunk.Write(slot, stored[slot]);
            }

            var vectors = Enumerable.Range(0, count).Select(_ => RandomUnit(dimension)).ToArray();
            var queries = Array.ConvertAll(vectors, vector => new QuantisedQuery(vector));
            var scores = Array.ConvertAll(queries, _ => new float[slots + 5]);
            QuantisedQueries.Score(queries, chunk.Codes, chunk.Scales, scores, 5);
            for (var i = 0; i < count; i++)
            {
                for (var slot = 0; slot < slots; slot++)
                {
                    Assert.Equal(queries[i].Dot(chunk.CodesOf(slot), chunk.ScaleOf(slot)), scores[i][slot + 5]);
                    var error = Math.Abs(UnitVector.Dot(stored[slot], vectors[i]) - scores[i][slot + 5]);
                    Assert.True(error <= queries[i].ErrorWith(chunk.LargestScale), $"{error}");
                }
            }
        }
    }

    [Theory]
    [InlineData(384)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(20_000)]
    public void Largest_numbers_do_not_overflow(int dimension)
    {
        foreach (var sign in (sbyte[])[1, -1])
        {
            var codes = Enumerable.Repeat((sbyte)(127 * sign), dimension).ToArray();
            AssertSame(codes, new QuantisedQuery(Enumerable.Repeat(0.25f, dimension).ToArray()).Numbers.ToArray());
        }
    }

    [Fact]
    public void Vectors_of_nothing_score_nothing()
    {
        var chunk = new VectorChunk(2, 40);
        chunk.Write(0, new float[40]);
        chunk.Write(1, RandomUnit(40));
        Assert.Equal(0, new QuantisedQuery(RandomUnit(40)).Dot(chunk.CodesOf(0), chunk.ScaleOf(0)));
        Assert.Equal(0, new QuantisedQuery(new float[40]).Dot(chunk.CodesOf(1), chunk.ScaleOf(1)));
        Assert.Equal(0, new QuantisedQuery([]).Numbers.Length);
    }

    [Theory]
    [InlineData(384)]
    [InlineData(40)]
    [InlineData(3)]
    public void A_vectors_numbers_are_rounded_to_the_nearest_of_its_scale(int dimension)
    {
        var vector = RandomUnit(dimension);
        var codes = new sbyte[dimension];

        var scale = VectorChunk.Quantise(vector, codes);

        Assert.Equal(vector.Max(MathF.Abs) / 127, scale);
        Assert.Equal(vector.Select(number => (sbyte)MathF.Round(number * (127 / vector.Max(MathF.Abs)))), codes);
    }

    private static void AssertSame(sbyte[] codes, short[] numbers)
    {
        var expected = codes.Zip(numbers, (code, number) => (long)code * number).Sum();
        Assert.Equal(expected, QuantisedQuery.SumFrom(0, codes, numbers));
        Assert.Equal(expected, QuantisedQuery.SumVector128(codes, numbers));
        if (Avx2.IsSupported)
        {
            Assert.Equal(expected, QuantisedQuery.SumAvx2(codes, numbers));
        }

        if (Avx512BW.IsSupported)
        {
            Assert.Equal(expected, QuantisedQuery.SumAvx512(codes, numbers));
        }
    }

    private float[] RandomUnit(int dimension) => UnitVector.Of([.. Enumerable.Range(0, dimension).Select(_ => _random.NextSingle() - 0.5f)]);
}
