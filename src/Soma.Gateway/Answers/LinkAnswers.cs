namespace Soma.Gateway.Answers;

// This type has no doc comment, because the OpenAPI document would repeat it at each use.
[JsonConverter(typeof(JsonStringEnumConverter<LinkSide>))]
internal enum LinkSide
{
    [JsonStringEnumMemberName("out")]
    Out,

    [JsonStringEnumMemberName("in")]
    In,
}

internal sealed record NeighborLink
{
    public required string Coord { get; init; }

    public required NumberList Coordinate { get; init; }

    [Description("Where the key is an id: that id.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    public required string LinkType { get; init; }

    public required double Strength { get; init; }

    public required RawJson Metadata { get; init; }

    public required int Hops { get; init; }

    [Description("Which way the link points, seen from via.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LinkSide? Direction { get; init; }

    [Description("The link's other end, one hop nearer to the start.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }
}

internal sealed record NeighborLinks
{
    public required string Coord { get; init; }

    public required NeighborLink[] Neighbors { get; init; }

    [Description("Present where the walk stopped at its bound.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Truncated { get; init; }

    public static Answer<NeighborLinks> ToAnswer(Coordinate start, NeighborsReply reply) => Answer<NeighborLinks>.Of(
        new NeighborLinks
        {
            Coord = start.Text,
            Neighbors = [.. reply.Neighbors.Select(neighbor => new NeighborLink
            {
                Coord = neighbor.Coordinate.Text,
                Coordinate = NumberList.Of(neighbor.Coordinate),
                Id = neighbor.Coordinate.Id,
                LinkType = neighbor.LinkType,
                Strength = neighbor.Strength,
                Metadata = new RawJson(neighbor.Metadata),
                Hops = neighbor.Hops,
                Direction = neighbor.Direction switch
                {
                    LinkDirection.In => LinkSide.In,
                    LinkDirection.Out => LinkSide.Out,
                    _ => null,
                },
                Via = neighbor.Via?.Text,
            })],
            Truncated = reply.Truncated ? true : null,
        },
        reply.Neighbors.Sum(AnswerSize.Of));
}

internal sealed record FoundPath(
    string FromCoord,
    string ToCoord,
    string[] Path,
    string[] LinkTypes,
    bool Found,
    [property: Description("Present where the walk stopped at its bound: a path may still exist.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    bool? Truncated = null)
{
    public static Answer<FoundPath> ToAnswer(FindPath query, PathReply reply) => Answer<FoundPath>.Of(new FoundPath(
        query.From.Text,
        query.To.Text,
        [.. reply.Path.Select(node => node.Text)],
        reply.LinkTypes,
        Found: reply.Path.Length > 0,
        reply.Truncated ? true : null));
}
