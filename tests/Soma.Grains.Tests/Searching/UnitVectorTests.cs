using System.Numerics.Tensors;
using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

public sealed class UnitVectorTests
{
    [Theory]
    [InlineData(1e20f)]
    [InlineData(3e38f)]
    [InlineData(1f)]
    [InlineData(1e-30f)]
    [InlineData(1e-44f)]
    public void A_vectors_length_says_nothing(float length) =>
        Assert.Equal([0.6f, -0.8f], UnitVector.Of([0.75f * length, -length]).Select(x => MathF.Round(x, 1)));

    [Fact]
    public void Any_vector_with_a_direction_gets_length_one() => Gen.Float.Where(float.IsFinite).Array[1, 40].Where(vector => vector.Any(x => x != 0)).Sample(
        vector =>
        {
            var unit = UnitVector.Of(vector);
            Assert.Equal(1, TensorPrimitives.Norm<float>(unit), 1e-3f);
            Assert.All(vector.Zip(unit), pair => Assert.True(pair.Second == 0 || Math.Sign(pair.First) == Math.Sign(pair.Second)));
        });

    [Fact]
    public void Zeros_have_no_direction_and_stay_zeros()
    {
        Assert.Equal([0f, 0f], UnitVector.Of([0, 0]));
        Assert.False(UnitVector.TryScale(new float[3]));
    }

    [Fact]
    public async Task One_overlong_vector_wins_no_search_but_its_own()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        for (var i = 0; i < 6; i++)
        {
            index.Put(IndexFixture.Entry(i, i + 1, "").WithVector(Unit(i)));
        }

        float[] overlong = [1e20f, -3e19f, 2e20f, 1e19f, 5e19f, 1e20f];
        index.Put(IndexFixture.Entry(99, 7, "").WithVector(overlong));
        index.Put(IndexFixture.Entry(98, 8, "").WithVector([-1e-30f, 0, 0, 0, 0, 0]));
        var snapshot = index.Publish(8);
        for (var i = 0; i < 6; i++)
        {
            var hits = await SearchAsync(snapshot, Unit(i));
            Assert.Equal(IndexFixture.At(i), hits[0].Coordinate);
            Assert.All(hits, hit => Assert.InRange(hit.Explanation!.Brought!.Value, -1.001, 1.001));
        }

        Assert.Equal(IndexFixture.At(99), (await SearchAsync(snapshot, overlong))[0].Coordinate);
        var shortOnes = await SearchAsync(snapshot, [-1e-40f, 0, 0, 0, 0, 0]);
        Assert.Equal(IndexFixture.At(98), shortOnes[0].Coordinate);
        Assert.InRange(shortOnes[0].Explanation!.Brought!.Value, 0.99, 1.001);
    }

    private static Task<IReadOnlyList<RankedMemory>> SearchAsync(IndexSnapshot snapshot, float[] vector) => IndexFixture.SearchAsync(
        snapshot, IndexFixture.Query("", SearchMode.Vector).Asking(asked => asked with { TopK = 8, Explain = true }) with { BroughtVector = vector, UseContext = false });

    private static float[] Unit(int place) => [.. Enumerable.Range(0, 6).Select(i => i == place ? 1 : 0.1f)];
}
