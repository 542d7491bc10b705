namespace Soma.Grains.Searching.Mapping;

/// <summary>Finds the clusters of a layout: hills of density, parted by valleys.</summary>
/// <remarks>
/// The landmarks are counted on a grid and smoothed. The cells are then visited from the densest to the emptiest; each joins the hill of
/// its densest neighbour, and where two hills meet, the lower one is joined to the higher one unless it rises enough above the place
/// where they meet. This is ToMATo with a bound on the ratio of the densities: Chazal, Guibas, Oudot, Skraba, "Persistence-Based
/// Clustering in Riemannian Manifolds", 2013.
/// </remarks>
internal sealed class DensityClusters
{
    /// <summary>The most clusters of a map. More would not be told apart by their colours and labels.</summary>
    public const int Most = 40;

    private const int Grid = 160;
    private const float FirstRatio = 0.8f;
    private const int FewestOfCluster = 3;
    private const double SmallestShare = 0.002;

    private readonly float[] _density;

    private DensityClusters(float[] density) => _density = density;

    /// <summary>The cluster of each landmark, the largest being 0; -1: it lies apart.</summary>
    public static int[] Of(Layout layout)
    {
        if (layout.X.Length == 0)
        {
            return [];
        }

        var cells = CellsOf(layout);
        var clusters = new DensityClusters(Smooth(cells));
        var smallest = Math.Max(FewestOfCluster, (int)(SmallestShare * cells.Length));
        for (var ratio = FirstRatio; ; ratio *= 0.9f)
        {
            var hills = clusters.Climb(ratio);
            var members = cells.GroupBy(cell => hills[cell]).Where(hill => hill.Count() >= smallest)
                .OrderByDescending(hill => hill.Count()).ThenBy(hill => hill.Key).Select(hill => hill.Key).ToList();
            if (members.Count <= Most)
            {
                return [.. cells.Select(cell => members.IndexOf(hills[cell]))];
            }
        }
    }

    private static int[] CellsOf(Layout layout)
    {
        var (left, top) = (layout.X.Min(), layout.Y.Min());
        // A little wider than the landmarks, so that the last one lies in the last cell and not beyond it.
        var side = Math.Max(Math.Max(layout.X.Max() - left, layout.Y.Max() - top), 1e-6f) * 1.02f;
        var cells = new int[layout.X.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = ((int)((layout.Y[i] - top) / side * Grid) * Grid) + (int)((layout.X[i] - left) / side * Grid);
        }

        return cells;
    }

    /// <summary>Counts the landmarks of each cell and spreads each over a bell, which is narrower the more landmarks there are.</summary>
    private static float[] Smooth(int[] cells)
    {
        var counts = new float[Grid * Grid];
        foreach (var cell in cells)
        {
            counts[cell]++;
        }

        // How the width of a kernel falls with the number of points in two dimensions: Scott, "Multivariate Density Estimation", 1992.
        var width = Grid * Math.Clamp(0.09 * Math.Pow(cells.Length, -1.0 / 6), 0.012, 0.06);
        var bell = Enumerable.Range(-Grid, (2 * Grid) + 1).Select(i => (float)Math.Exp(-(double)i * i / (2 * width * width))).ToArray();
        var reach = (int)(width * 3);
        return Spread(Spread(counts, 1, Grid), Grid, 1);

        float[] Spread(float[] from, int along, int across)
        {
            var to = new float[from.Length];
            for (var line = 0; line < Grid; line++)
            {
                for (var i = 0; i < Grid; i++)
                {
                    for (var j = Math.Max(0, i - reach); j <= Math.Min(Grid - 1, i + reach); j++)
                    {
                        to[(line * across) + (i * along)] += bell[Grid + i - j] * from[(line * across) + (j * along)];
                    }
                }
            }

            return to;
        }
    }

    /// <returns>For each cell, the cell of the peak that its hill has.</returns>
    private int[] Climb(float ratio)
    {
        var order = Enumerable.Range(0, _density.Length).Where(cell => _density[cell] > 0)
            .OrderByDescending(cell => _density[cell]).ThenBy(cell => cell).ToArray();
        var hill = new int[_density.Length];
        hill.AsSpan().Fill(-1);
        foreach (var cell in order)
        {
            hill[cell] = cell;
            foreach (var peak in Around(cell).Where(other => hill[other] >= 0 && other != cell).OrderByDescending(other => _density[other]).ThenBy(other => other).Select(Peak).ToArray())
            {
                var (own, other) = (Peak(cell), Peak(peak));
                if (own == cell)
                {
                    hill[cell] = other;
                }
                else if (own != other && _density[cell] >= ratio * Math.Min(_density[own], _density[other]))
                {
                    var isHigher = _density[own] > _density[other] || (_density[own] == _density[other] && own < other);
                    hill[isHigher ? other : own] = isHigher ? own : other;
                }
            }
        }

        return [.. Enumerable.Range(0, hill.Length).Select(cell => hill[cell] < 0 ? -1 : Peak(cell))];

        int Peak(int cell)
        {
            while (hill[cell] != cell)
            {
                cell = hill[cell] = hill[hill[cell]];
            }

            return cell;
        }
    }

    private static IEnumerable<int> Around(int cell)
    {
        var (row, column) = (cell / Grid, cell % Grid);
        for (var y = Math.Max(0, row - 1); y <= Math.Min(Grid - 1, row + 1); y++)
        {
            for (var x = Math.Max(0, column - 1); x <= Math.Min(Grid - 1, column + 1); x++)
            {
                yield return (y * Grid) + x;
            }
        }
    }
}
