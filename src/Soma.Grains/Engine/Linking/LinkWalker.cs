namespace Soma.Grains.Engine.Linking;

/// <summary>
/// Reads links that leave (or enter) keys, optionally of one type: those of the present by
/// <see cref="ICanonicalStore.ReadLinksFromAsync"/>, or those of a moment in the past, in the same order.
/// </summary>
internal delegate Task<IReadOnlyList<LinkRow>> LinkSource(
    IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken);

/// <summary>Walks along links, hop by hop. It reads at most as many links as its bound says.</summary>
internal sealed class LinkWalker(LinkSource read, int bound)
{
    private int _seen;

    /// <summary>Whether the bound was reached, so that links may have been left out.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>
    /// Finds the memories within some hops, the nearest first, then the strongest link. A memory appears once for each link that
    /// reaches it by the fewest hops. Example: two links of different types between the same memories give two neighbours.
    /// </summary>
    public async Task<IReadOnlyList<Neighbor>> FindNeighborsAsync(GetNeighbors query, CancellationToken cancellationToken)
    {
        var found = new List<Neighbor>();
        var reached = new HashSet<Coordinate> { query.Coordinate };
        IReadOnlyCollection<Coordinate> frontier = [query.Coordinate];
        for (var hop = 1; hop <= query.Hops && frontier.Count > 0; hop++)
        {
            var steps = await ReadStepsAsync(frontier, query.LinkType, query.Direction, cancellationToken);
            var level = steps
                .OrderByDescending(step => step.Link.Strength)
                .ThenBy(step => step.To)
                .ThenBy(step => step.Link.Key.Type, StringComparer.Ordinal)
                .ThenBy(step => step.From)
                .ThenBy(step => step.IsIncoming)
                .Where(step => !reached.Contains(step.To))
                .Select(step => ToNeighbor(step, hop))
                .ToArray();
            found.AddRange(level);
            frontier = [.. level.Select(neighbor => neighbor.Coordinate).Where(reached.Add)];
        }

        return found;
    }

    /// <summary>
    /// Finds a path along the links: the one of fewest hops or, if the query is weighted, the one of least total strength among
    /// those within the query's length. It is Bellman–Ford in layers: after n layers the best path of at most n links is known.
    /// </summary>
    public async Task<IReadOnlyList<LinkRow>?> FindPathAsync(FindPath query, CancellationToken cancellationToken)
    {
        var best = new Dictionary<Coordinate, Reached> { [query.From] = new(0, null, null) };
        Reached? goal = null;
        IReadOnlyCollection<Coordinate> frontier = [query.From];
        var known = new Dictionary<Coordinate, List<Step>>();
        for (var hop = 1; hop < query.MaxLength && frontier.Count > 0 && (query.Weighted || goal is null); hop++)
        {
            await ExpandAsync(known, frontier, query.LinkType, cancellationToken);
            var improved = new Dictionary<Coordinate, Reached>();
            foreach (var step in frontier.SelectMany(from => known[from]))
            {
                var via = best[step.From];
                var next = new Reached(via.Cost + (query.Weighted ? step.Link.Strength : 1), step.Link, via);
                if (next.Cost < CostOf(improved, best, step.To) && !via.Passes(step.To, query.From))
                {
                    improved[step.To] = next;
                }
            }

            foreach (var (coordinate, reached) in improved)
            {
                best[coordinate] = reached;
            }

            goal = best.GetValueOrDefault(query.To);
            frontier = [.. improved.Keys.Order()];
        }

        return goal?.ToLinks();
    }

    private static double CostOf(Dictionary<Coordinate, Reached> improved, Dictionary<Coordinate, Reached> best, Coordinate to) =>
        improved.TryGetValue(to, out var now) || best.TryGetValue(to, out now) ? now.Cost : double.PositiveInfinity;

    private static Neighbor ToNeighbor(Step step, int hop) => new()
    {
        Coordinate = step.To,
        LinkType = step.Link.Key.Type,
        Strength = step.Link.Strength,
        Metadata = step.Link.Metadata,
        Hops = hop,
        Direction = step.IsIncoming ? LinkDirection.In : LinkDirection.Out,
        Via = step.From,
    };

    private async Task ExpandAsync(
        Dictionary<Coordinate, List<Step>> known, IReadOnlyCollection<Coordinate> frontier, string? linkType, CancellationToken cancellationToken)
    {
        var unread = frontier.Where(coordinate => !known.ContainsKey(coordinate)).ToArray();
        foreach (var coordinate in unread)
        {
            known[coordinate] = [];
        }

        foreach (var step in await ReadStepsAsync(unread, linkType, LinkDirection.Out, cancellationToken))
        {
            known[step.From].Add(step);
        }
    }

    private async Task<IReadOnlyList<Step>> ReadStepsAsync(
        IReadOnlyCollection<Coordinate> from, string? linkType, LinkDirection direction, CancellationToken cancellationToken)
    {
        var steps = new List<Step>();
        foreach (var incoming in direction switch
        {
            LinkDirection.Out => [false],
            LinkDirection.In => [true],
            _ => new[] { false, true },
        })
        {
            var room = bound - _seen;
            if (room <= 0 || from.Count == 0)
            {
                IsTruncated |= from.Count > 0;
                break;
            }

            var links = await read(from, incoming, linkType, room, cancellationToken);
            _seen += links.Count;
            IsTruncated |= links.Count == room;
            steps.AddRange(links.Select(link =>
                incoming ? new Step(link.Key.To, link.Key.From, link, true) : new Step(link.Key.From, link.Key.To, link, false)));
        }

        return steps;
    }

    /// <summary>A link in the direction in which it is walked. An incoming link is walked from its end to its start.</summary>
    private readonly record struct Step(Coordinate From, Coordinate To, LinkRow Link, bool IsIncoming);

    /// <summary>A way to a coordinate: its last link, and the way before it. The start is reached without a link.</summary>
    private sealed record Reached(double Cost, LinkRow? Link, Reached? Before)
    {
        /// <summary>Whether this way already passes the coordinate. A path visits no coordinate twice.</summary>
        public bool Passes(Coordinate coordinate, Coordinate start)
        {
            for (var way = this; way.Link is { } link; way = way.Before!)
            {
                if (link.Key.To == coordinate)
                {
                    return true;
                }
            }

            return coordinate == start;
        }

        public IReadOnlyList<LinkRow> ToLinks()
        {
            var links = new List<LinkRow>();
            for (var way = this; way.Link is { } link; way = way.Before!)
            {
                links.Add(link);
            }

            links.Reverse();
            return links;
        }
    }
}
