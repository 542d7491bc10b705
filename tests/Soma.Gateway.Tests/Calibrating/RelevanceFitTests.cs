using Soma.Calibrating;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Calibrating;

public sealed class RelevanceFitTests
{
    private static readonly RelevanceCurve Known = new() { Space = "own", Threshold = 6, PerCosine = 7, PerCover = 5 };

    [Fact]
    public void Chances_that_a_curve_told_give_that_curve_back()
    {
        var curve = RelevanceFit.Fit([.. Generate(500, (chance, _) => chance)], "own");

        AssertNear(Known, curve, 0.1);
        Assert.Equal("own", curve.Space);
    }

    [Fact]
    public void Yes_and_no_drawn_by_a_curve_give_about_that_curve_back()
    {
        var curve = RelevanceFit.Fit([.. Generate(20_000, (chance, random) => random.NextDouble() < chance ? 1 : 0)], "own");

        AssertNear(Known, curve, 0.4);
    }

    [Fact]
    public void Cosines_that_lie_close_together_give_as_good_a_curve()
    {
        // As models do that put all cosines between .7 and .9: here the slope is ten times as steep.
        var pairs = Generate(500, (chance, _) => chance).Select(pair => pair with { Cosine = 0.7 + (pair.Cosine / 10) }).ToList();

        var curve = RelevanceFit.Fit(pairs, "own");

        Assert.All(pairs, pair => Assert.Equal(pair.Relevant, curve.Of(pair.Cosine, pair.Cover), 0.01));
        Assert.InRange(curve.PerCosine, 65, 75);
    }

    [Fact]
    public void Pairs_that_a_line_separates_leave_the_constants_finite()
    {
        var pairs = Generate(300, (chance, _) => chance > 0.5 ? 1 : 0).ToList();

        var curve = RelevanceFit.Fit(pairs, "own");

        Assert.All([curve.Threshold, curve.PerCosine, curve.PerCover], constant => Assert.InRange(constant, 1, 1000));
        Assert.InRange(FitQuality.Of(curve, pairs).Silenced, 0.95, 1);
    }

    [Fact]
    public void A_cover_that_is_always_the_same_counts_nothing()
    {
        var curve = RelevanceFit.Fit([.. Generate(500, (chance, _) => chance > 0.5 ? 1 : 0).Select(pair => pair with { Cover = 0 })], "own");

        Assert.Equal(0, curve.PerCover, 1e-9);
        Assert.InRange(curve.PerCosine, 1, 100);
    }

    [Fact]
    public void The_error_is_small_for_the_curve_that_drew_the_pairs_and_large_for_one_that_promises_too_much()
    {
        var pairs = Generate(5000, (chance, random) => random.NextDouble() < chance ? 1 : 0).ToList();

        Assert.InRange(FitQuality.Of(Known, pairs).Error, 0, 0.03);
        Assert.InRange(FitQuality.Of(Known with { Threshold = 2 }, pairs).Error, 0.3, 1);
    }

    [Fact]
    public void The_silenced_are_the_irrelevant_below_what_95_of_100_relevant_have()
    {
        var curve = new RelevanceCurve { Threshold = 0, PerCosine = 1 };
        var relevant = Enumerable.Range(1, 100).Select(i => new LabelledPair(i, i, 0, 1));
        LabelledPair[] others = [new(0, 3, 0, 0), new(0, 5, 0, 0), new(0, 5.5, 0, 0), new(0, 50, 0, 0)];

        var quality = FitQuality.Of(curve, [.. relevant, .. others]);

        Assert.Equal(1 / (1 + Math.Exp(-6)), quality.Threshold, 1e-9);
        Assert.Equal(0.75, quality.Silenced);
    }

    private static IEnumerable<LabelledPair> Generate(int count, Func<double, Random, double> label)
    {
        var random = new Random(7);
        for (var i = 0; i < count; i++)
        {
            var pair = new LabelledPair(i, random.NextDouble(), random.NextDouble(), 0);
            yield return pair with { Relevant = label(Known.Of(pair.Cosine, pair.Cover), random) };
        }
    }

    private static void AssertNear(RelevanceCurve expected, RelevanceCurve actual, double tolerance)
    {
        Assert.Equal(expected.Threshold, actual.Threshold, tolerance);
        Assert.Equal(expected.PerCosine, actual.PerCosine, tolerance);
        Assert.Equal(expected.PerCover, actual.PerCover, tolerance);
    }
}
