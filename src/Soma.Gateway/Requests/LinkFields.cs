using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.Requests;

/// <summary>The fields of requests for links.</summary>
internal static class LinkFields
{
    // A search for neighbours reads the metadata of every link on its way, so metadata must be small.
    private const int MostMetadataBytes = 16 * 1024;

    private static readonly TextType LinkType = new(1, 128, isStorable: true);

    /// <summary>The keys of a link. A DELETE has them in its body, or in its query if it has no body.</summary>
    public static RequestShape<Form<PutLink>> Keys { get; } = WithKeys("LinkKeys").WithTenant();

    public static RequestShape<Form<PutLink>> Link { get; } = WithKeys("StoreLink")
        // A weighted path adds up strengths as costs. With a negative cost, each round of a cycle would make the path cheaper.
        .With("strength", new NumberType(0, range: "0 or more").Else(1), (form, strength) => form.Command.Strength = strength, "The cost of the link to weighted paths.")
        .With("metadata", new ObjectType(MostMetadataBytes), (form, metadata) => form.Command.Metadata = metadata.Json, "Given back with the link; at most 16 KiB.")
        .WithTenant();

    public static RequestShape<Form<GetNeighbors>> Neighbors { get; } = new RequestShape<Form<GetNeighbors>>("GetNeighbors", () => new(new GetNeighbors { Coordinate = default, Timeout = default }))
        .With("coord", Key, (form, key) => form.Command.Coordinate = key, "Where to start.", required: true)
        .With("k_hop", new IntegerType(1, 5).Else(1), (form, hops) => form.Command.Hops = hops, "Most links on the way.")
        .With("limit", PageSize.Else(10), (form, limit) => form.Command.Limit = limit)
        .With("offset", Offset.Else(0), (form, offset) => form.Command.Offset = offset)
        .With("link_type", LinkType, (form, type) => form.Command.LinkType = type, "Only links of this type.")
        .With("direction", new ChoiceType<LinkDirection>("Direction", ("out", LinkDirection.Out), ("in", LinkDirection.In), ("both", LinkDirection.Both)).Else(LinkDirection.Out), (form, direction) => form.Command.Direction = direction)
        .WithLater("as_of")
        .WithTenant();

    public static RequestShape<Form<FindPath>> PathBetween { get; } = new RequestShape<Form<FindPath>>("FindPath", () => new(new FindPath { From = default, To = default, Timeout = default }))
        .With("from_coord", Key, (form, key) => form.Command.From = key, "Where to start.", required: true)
        .With("to_coord", Key, (form, key) => form.Command.To = key, "Where to end.", required: true)
        .With("max_length", new IntegerType(1, 100).Else(10), (form, length) => form.Command.MaxLength = length, "Most nodes on the path.")
        .With("link_type", LinkType, (form, type) => form.Command.LinkType = type, "Only links of this type.")
        .With("weighted", CommonFields.Boolean.Else(false), (form, isWeighted) => form.Command.Weighted = isWeighted, "Least total strength instead of fewest hops.")
        .WithLater("as_of")
        .WithTenant();

    private static RequestShape<Form<PutLink>> WithKeys(string name) =>
        new RequestShape<Form<PutLink>>(name, () => new(new PutLink { From = default, To = default, LinkType = "", Strength = 1 }))
            .With("from_coord", Key, (form, key) => form.Command.From = key, required: true)
            .With("to_coord", Key, (form, key) => form.Command.To = key, required: true)
            .With("link_type", LinkType.Else("related"), (form, type) => form.Command.LinkType = type);
}
