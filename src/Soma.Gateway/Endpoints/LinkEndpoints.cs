using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.Endpoints;

/// <summary>Links between memories: the fields of their requests, and their routes.</summary>
internal static class LinkEndpoints
{
    // A search for neighbours reads the metadata of every link on its way, so metadata must be small.
    private const int MostMetadataBytes = 16 * 1024;

    public static TextType LinkType { get; } = new(1, 128, isStorable: true);

    /// <summary>The keys of a link. A DELETE has them in its body, or in its query if it has no body.</summary>
    public static RequestShape<Form<PutLink>> Keys { get; } = WithKeys("LinkKeys").WithTenant();

    public static RequestShape<Form<PutLink>> Link { get; } = WithKeys("StoreLink")
        // A weighted path adds up strengths as costs. With a negative cost, each round of a cycle would make the path cheaper.
        .With("strength", new NumberType(0, range: "0 or more").Else(1), (form, strength) => form.Command.Strength = strength, "The cost of the link to weighted paths.")
        .With("metadata", new ObjectType(MostMetadataBytes), (form, metadata) => form.Command.Metadata = metadata.Json, "Given back with the link; at most 16 KiB.")
        .WithTenant();

    public static RequestShape<Form<GetNeighbors>> Neighbors { get; } = new RequestShape<Form<GetNeighbors>>("GetNeighbors", () => new(new GetNeighbors { Coordinate = default, Timeout = default }))
        .With("coord", Key, (form, key) => form.Command.Coordinate = key, "Where to start.", required: true)
        .With("k_hop", new IntegerType<int>(1, 5).Else(1), (form, hops) => form.Command.Hops = hops, "Most links on the way.")
        .With("limit", PageSize.Else(10), (form, limit) => form.Command.Limit = limit)
        .With("offset", Offset.Else(0), (form, offset) => form.Command.Offset = offset)
        .With("link_type", LinkType, (form, type) => form.Command.LinkType = type, "Only links of this type.")
        .With("direction", new ChoiceType<LinkDirection>("Direction", ("out", LinkDirection.Out), ("in", LinkDirection.In), ("both", LinkDirection.Both)).Else(LinkDirection.Out), (form, direction) => form.Command.Direction = direction)
        .With(PastEndpoints.AsOfField, PastEndpoints.Moment, (form, moment) => form.Command.AsOf = moment, PastEndpoints.AsOfDescription)
        .WithTenant();

    private static RequestShape<Form<FindPath>> PathBetween { get; } = new RequestShape<Form<FindPath>>("FindPath", () => new(new FindPath { From = default, To = default, Timeout = default }))
        .With("from_coord", Key, (form, key) => form.Command.From = key, "Where to start.", required: true)
        .With("to_coord", Key, (form, key) => form.Command.To = key, "Where to end.", required: true)
        .With("max_length", new IntegerType<int>(1, 100).Else(10), (form, length) => form.Command.MaxLength = length, "Most nodes on the path.")
        .With("link_type", LinkType, (form, type) => form.Command.LinkType = type, "Only links of this type.")
        .With("weighted", CommonFields.Boolean.Else(false), (form, isWeighted) => form.Command.Weighted = isWeighted, "Least total strength instead of fewest hops.")
        .With(PastEndpoints.AsOfField, PastEndpoints.Moment, (form, moment) => form.Command.AsOf = moment, PastEndpoints.AsOfDescription)
        .WithTenant();

    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        const string Template = "/graph/link";
        var links = routes.MapProtected("Links");
        links.MapWrite(HttpMethods.Post, Template, Operations.Link, Link, LinkAsync).LimitedAs("/graph.link").Needs(Scopes.Write);
        // Many HTTP clients cannot send a body with DELETE. Their keys stand in the query.
        links.MapWrite(HttpMethods.Delete, Template, Operations.Unlink, Keys, UnlinkAsync, FieldsIn.BodyOrQuery).LimitedAs("/graph.link").Needs(Scopes.Delete);
        links.MapRead("/graph/neighbors", Operations.Neighbors, Neighbors, GetNeighborsAsync).LimitedAs("/graph.neighbors").Needs(Scopes.Read);
        links.MapRead("/graph/path", Operations.PathBetween, PathBetween, FindPathAsync).LimitedAs("/graph.path").Needs(Scopes.Read);
    }

    private static async Task<Results<WriteAnswer<StoredLink>, Problem>> LinkAsync(Call<Form<PutLink>> call) =>
        await call.Core.WriteAsync<StoredLink>(call.Context, call.Target, AnswerKind.Link, call.Form.Command);

    private static async Task<Results<WriteAnswer<DeletedLink>, Problem>> UnlinkAsync(Call<Form<PutLink>> call)
    {
        var link = call.Form.Command;
        var delete = new DeleteLink { From = link.From, To = link.To, LinkType = link.LinkType };
        return await call.Core.WriteAsync<DeletedLink>(call.Context, call.Target, AnswerKind.Unlink, delete);
    }

    private static async Task<Results<Answer<NeighborLinks>, Problem>> GetNeighborsAsync(Call<Form<GetNeighbors>> call)
    {
        var query = call.Form.Command;
        var reply = await call.Core.Client.GetNeighborsAsync(call.Target.Namespace, query, call.Context.RequestAborted);
        return (PastEndpoints.Refuse(query.AsOf, reply.PastSeq, reply.Rejection) ?? MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq)) is { } problem ? problem : NeighborLinks.ToAnswer(query.Coordinate, reply);
    }

    private static async Task<Results<Answer<FoundPath>, Problem>> FindPathAsync(Call<Form<FindPath>> call)
    {
        var query = call.Form.Command;
        var reply = await call.Core.Client.FindPathAsync(call.Target.Namespace, query, call.Context.RequestAborted);
        return (PastEndpoints.Refuse(query.AsOf, reply.PastSeq, reply.Rejection) ?? MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq)) is { } problem ? problem : FoundPath.ToAnswer(query, reply);
    }

    private static RequestShape<Form<PutLink>> WithKeys(string name) =>
        new RequestShape<Form<PutLink>>(name, () => new(new PutLink { From = default, To = default, LinkType = "", Strength = 1 }))
            .With("from_coord", Key, (form, key) => form.Command.From = key, required: true)
            .With("to_coord", Key, (form, key) => form.Command.To = key, required: true)
            .With("link_type", LinkType.Else("related"), (form, type) => form.Command.LinkType = type);
}
