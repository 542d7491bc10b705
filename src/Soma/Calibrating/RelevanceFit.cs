namespace Soma.Calibrating;

/// <summary>Fits a curve of relevance to labelled pairs, by logistic regression.</summary>
public static class RelevanceFit
{
    private const int Constants = 3;
    private const int MostSteps = 100;
    private const double SmallestStep = 1e-9;

    // Pairs that a line separates have no best curve: the steeper, the better. This price on steepness ends that, and moves the
    // constants of other pairs by some thousandths. It is measured in the features' own spread, because some models put all cosines
    // between .7 and .9.
    private const double Ridge = 1e-4;
    private const double LeastVariance = 1e-6;

    /// <param name="pairs">Cosines, covers and labels.</param>
    /// <param name="space">The space of the cosines.</param>
    public static RelevanceCurve Fit(IReadOnlyCollection<LabelledPair> pairs, string space)
    {
        double[] prices = [0, PriceOf(pairs, pair => pair.Cosine), PriceOf(pairs, pair => pair.Cover)];
        var constants = new double[Constants];
        var loss = LossOf(pairs, prices, constants);
        for (var step = 0; step < MostSteps; step++)
        {
            var direction = NewtonStep(pairs, prices, constants);
            var (next, nextLoss) = Shorten(next => LossOf(pairs, prices, next), constants, direction, loss);
            if (loss - nextLoss < SmallestStep * pairs.Count)
            {
                break;
            }

            (constants, loss) = (next, nextLoss);
        }

        return new RelevanceCurve { Space = space, Threshold = -constants[0], PerCosine = constants[1], PerCover = constants[2] };
    }

    // A whole step may overshoot where the curve is steep. Half of it, or half of that, does not.
    private static (double[] Next, double Loss) Shorten(Func<double[], double> lossOf, double[] from, double[] direction, double loss)
    {
        for (var share = 1d; share > SmallestStep; share /= 2)
        {
            double[] next = [.. from.Select((constant, i) => constant + (share * direction[i]))];
            if (lossOf(next) is var nextLoss && nextLoss <= loss)
            {
                return (next, nextLoss);
            }
        }

        return (from, loss);
    }

    private static double PriceOf(IReadOnlyCollection<LabelledPair> pairs, Func<LabelledPair, double> feature)
    {
        var mean = pairs.Average(feature);
        return Ridge * pairs.Count * Math.Max(LeastVariance, pairs.Average(pair => Math.Pow(feature(pair) - mean, 2)));
    }

    private static double LossOf(IReadOnlyCollection<LabelledPair> pairs, double[] prices, double[] constants)
    {
        var loss = constants.Select((constant, i) => prices[i] * constant * constant / 2).Sum();
        foreach (var pair in pairs)
        {
            var evidence = EvidenceOf(pair, constants);
            loss += Math.Max(evidence, 0) - (evidence * pair.Relevant) + Math.Log(1 + Math.Exp(-Math.Abs(evidence)));
        }

        return loss;
    }

    private static double EvidenceOf(LabelledPair pair, double[] constants) =>
        constants[0] + (constants[1] * pair.Cosine) + (constants[2] * pair.Cover);

    private static double[] NewtonStep(IReadOnlyCollection<LabelledPair> pairs, double[] prices, double[] constants)
    {
        // The second derivatives, with the first ones as the last column.
        var equations = new double[Constants, Constants + 1];
        foreach (var pair in pairs)
        {
            var chance = 1 / (1 + Math.Exp(-EvidenceOf(pair, constants)));
            double[] features = [1, pair.Cosine, pair.Cover];
            for (var i = 0; i < Constants; i++)
            {
                equations[i, Constants] += features[i] * (pair.Relevant - chance);
                for (var j = 0; j < Constants; j++)
                {
                    equations[i, j] += features[i] * features[j] * chance * (1 - chance);
                }
            }
        }

        for (var i = 0; i < Constants; i++)
        {
            // The threshold costs nothing, but pairs that are all told for certain would leave nothing to divide by.
            equations[i, i] += Math.Max(prices[i], LeastVariance);
            equations[i, Constants] -= prices[i] * constants[i];
        }

        return Solve(equations);
    }

    private static double[] Solve(double[,] equations)
    {
        // The matrix is positive definite, so elimination needs no other pivots than the diagonal.
        for (var i = 0; i < Constants; i++)
        {
            for (var other = 0; other < Constants; other++)
            {
                var share = other == i ? 0 : equations[other, i] / equations[i, i];
                for (var column = i; column <= Constants; column++)
                {
                    equations[other, column] -= share * equations[i, column];
                }
            }
        }

        return [.. Enumerable.Range(0, Constants).Select(i => equations[i, Constants] / equations[i, i])];
    }
}
