using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Tests.Searching;

/// <summary>Passes over scores, which take many positions at a time, against the same reckoned one by one.</summary>
public sealed class ScoreSpanTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(101)]
    public void Score_moves_from_vectors_to_words_as_far_as_a_text_is_trusted_less_than_the_query(int count)
    {
        const float Assumed = 0.8f;
        const float Weight = 0.6f;
        var random = new Random(count);
        float[] words = [.. Enumerable.Range(0, count).Select(i => i % 7 == 0 ? float.NaN : random.NextSingle() * 9)];
        float[] vectors = [.. Enumerable.Range(0, count).Select(i => i % 7 == 0 ? float.NaN : random.NextSingle() - 0.2f)];
        float[] trust = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0 ? 1 : random.NextSingle())];
        var sums = new float[count];

        ScoreSpan.Shift(new RangedScores(words, 1, 7), new RangedScores(vectors, 0.1f, 0.5f), trust, Assumed, Weight, sums);

        for (var i = 0; i < count; i++)
        {
            var gained = Scaled(words[i], 1, 7) - Scaled(vectors[i], 0.1, 0.5);
            Assert.Equal(Weight * Math.Max(0, Assumed - trust[i]) * gained, sums[i], 1e-5);
        }

        static double Scaled(float score, double lowest, double range) => float.IsNaN(score) ? 0 : Math.Clamp((score - lowest) / range, 0, 1);
    }
}
