namespace Soma.Gateway.Endpoints;

/// <summary>The routes of links between coordinates.</summary>
internal static class LinkEndpoints
{
    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        const string Template = "/graph/link";
        var links = routes.MapProtected("Links");
        links.MapWrite(HttpMethods.Post, Template, Operations.Link, LinkFields.Link, LinkAsync).LimitedAs("/graph.link");
        // Many HTTP clients cannot send a body with DELETE. Their keys stand in the query.
        links.MapWrite(HttpMethods.Delete, Template, Operations.Unlink, LinkFields.Keys, UnlinkAsync, FieldsIn.BodyOrQuery).LimitedAs("/graph.link");
        links.MapRead("/graph/neighbors", Operations.Neighbors, LinkFields.Neighbors, GetNeighborsAsync).LimitedAs("/graph.neighbors");
        links.MapRead("/graph/path", Operations.PathBetween, LinkFields.PathBetween, FindPathAsync).LimitedAs("/graph.path");
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
        return MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq) is { } tooOld ? tooOld : NeighborLinks.ToAnswer(query.Coordinate, reply);
    }

    private static async Task<Results<Answer<FoundPath>, Problem>> FindPathAsync(Call<Form<FindPath>> call)
    {
        var query = call.Form.Command;
        var reply = await call.Core.Client.FindPathAsync(call.Target.Namespace, query, call.Context.RequestAborted);
        return MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq) is { } tooOld ? tooOld : FoundPath.ToAnswer(query, reply);
    }
}
