namespace Soma.Grains.Searching.Ranking;

/// <summary>Adds a part of the scores of linked memories: whoever linked two memories said that one has to do with the other.</summary>
/// <remarks>
/// A memory that a link joins to one of the best, whichever way the link points, gains <see cref="OneStep"/> × the link's strength ×
/// the other's score; over two links the product of both steps. It gains the largest of these, not their sum: a hub would otherwise
/// come first for every question. All gains are computed from the scores before any was added, and no memory gains from itself by
/// way of another. Keys on the way need not be memories that may be found.
/// </remarks>
internal static class LinkedContext
{
    public const float OneStep = 0.5f;

    /// <summary>How many memories lend, the best first, and over how many keys a second step leads.</summary>
    public const int MostLenders = 50;

    /// <summary>How many links of a key count in each direction, the strongest first.</summary>
    public const int MostLinks = 100;

    /// <returns>Keys that would have gained and are not in the snapshot.</returns>
    public static async Task<IReadOnlyCollection<Coordinate>> AddAsync(
        Ranker ranker, Candidates candidates, SearchExpansion expansion, LinkReading links, CancellationToken cancellationToken)
    {
        var gains = new Dictionary<Coordinate, Lent>();
        var lenders = LendersOf(ranker, candidates);
        for (var hop = 0; hop < expansion.Hops && lenders.Count > 0; hop++)
        {
            var reached = Lend(lenders, await links(lenders.Keys, cancellationToken));
            foreach (var (key, lent) in reached)
            {
                gains[key] = gains.TryGetValue(key, out var before) && before.Best >= lent.Best ? before : lent;
            }

            lenders = reached.OrderByDescending(each => each.Value.Best).ThenBy(each => each.Key).Take(MostLenders).ToDictionary();
        }

        var places = candidates.Find(gains.Keys);
        ranker.AddLinked(places.Where(place => place.Value >= 0).Select(place => (place.Value, gains[place.Key].Best)));
        return [.. gains.Keys.Where(key => !places.ContainsKey(key))];
    }

    private static Dictionary<Coordinate, Lent> LendersOf(Ranker ranker, Candidates candidates)
    {
        var best = new BestList(MostLenders, candidates.CompareKeys);
        for (var i = 0; i < candidates.Positions; i++)
        {
            if (candidates[i] && ranker.LendableOf(i) is var score and > 0 && score >= best.Least)
            {
                best.Offer(i, score);
            }
        }

        return best.Take().ToDictionary(
            position => candidates.SlotAt(position).Coordinate,
            position => new Lent(ranker.LendableOf(position), candidates.SlotAt(position).Coordinate, 0));
    }

    private static Dictionary<Coordinate, Lent> Lend(Dictionary<Coordinate, Lent> lenders, IReadOnlyList<LinkRow> links)
    {
        var reached = new Dictionary<Coordinate, Lent>();
        foreach (var link in links)
        {
            Pass(link.Key.From, link.Key.To, link.Strength);
            Pass(link.Key.To, link.Key.From, link.Strength);
        }

        return reached;

        void Pass(Coordinate from, Coordinate to, double strength)
        {
            if (lenders.TryGetValue(from, out var lender))
            {
                var (score, origin) = lender.OtherThan(to);
                var gain = OneStep * (float)Math.Clamp(strength, 0, 1) * score;
                if (gain > 0)
                {
                    reached[to] = reached.GetValueOrDefault(to).With(gain, origin);
                }
            }
        }
    }

    /// <summary>What a key has to pass on: the best it was lent, and the best that came from another memory than that.</summary>
    private readonly record struct Lent(float Best, Coordinate Origin, float Second, Coordinate SecondOrigin = default)
    {
        public Lent With(float gain, Coordinate origin) =>
            Best == 0 ? new Lent(gain, origin, 0)
            : origin == Origin ? this with { Best = Math.Max(Best, gain) }
            : gain > Best ? new Lent(gain, origin, Best, Origin)
            : gain > Second ? this with { Second = gain, SecondOrigin = origin }
            : this;

        public (float Score, Coordinate Origin) OtherThan(Coordinate key) => key == Origin ? (Second, SecondOrigin) : (Best, Origin);
    }
}
