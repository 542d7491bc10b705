using Soma.Gateway.Answers;
using Soma.Gateway.Bodies;
using Soma.Gateway.Http;
using Soma.Gateway.OpenApi;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>The routes of links between coordinates.</summary>
internal static class LinkEndpoints
{
    private const string Link = "/graph/link";
    private const string Neighbors = "/graph/neighbors";
    private const string PathBetween = "/graph/path";
    private const int MaxPathLength = 100;

    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Link, LinkAsync).Protected(Link, "/graph.link").WithMetadata(LinkOperations.Link);
        routes.MapDelete(Link, UnlinkAsync).Protected(Link, "/graph.link").WithMetadata(LinkOperations.Unlink);
        routes.MapGet(Neighbors, GetNeighborsAsync).Protected(Neighbors, "/graph.neighbors").WithMetadata(LinkOperations.Neighbors);
        routes.MapGet(PathBetween, FindPathAsync).Protected(PathBetween, "/graph.path").WithMetadata(LinkOperations.PathBetween);
    }

    public static async Task<IResult> LinkAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, LinkBody.ReadMembers);
        return body.IsRefused ? body.Problem : await WriteAsync(context, core, body, AnswerKind.Link);
    }

    public static async Task<IResult> UnlinkAsync(HttpContext context, GatewayCore core)
    {
        // Many HTTP clients cannot send a body with DELETE: then the keys stand in the query.
        if (RequestBody.IsPresent(context))
        {
            var body = await core.ReadBodyAsync(context, LinkBody.ReadMembers);
            return body.IsRefused ? body.Problem : await WriteAsync(context, core, body, AnswerKind.Unlink);
        }

        var query = new QueryText(context.Request.Query);
        var keys = new ReadBody<LinkBody>([], LinkBody.FromQuery(query), query.Errors.ToProblem());
        return keys.IsRefused ? keys.Problem : await WriteAsync(context, core, keys, AnswerKind.Unlink);
    }

    public static async Task<IResult> GetNeighborsAsync(HttpContext context, GatewayCore core)
    {
        var query = new QueryText(context.Request.Query);
        var request = new GetNeighbors
        {
            Coordinate = query.RequiredCoordinate("coord"),
            Hops = query.Integer("k_hop", 1, 1, 5),
            Limit = query.Integer("limit", 10, 1, SearchBody.MaxTopK),
            Offset = query.Integer("offset", 0, 0, SearchBody.MaxOffset),
            LinkType = QueryFields.LinkType(query.Get("link_type"), query.Field("link_type")),
            Direction = QueryFields.ParseDirection(query.Get("direction"), query.Field("direction")) ?? LinkDirection.Out,
            Patience = core.Options.Patience,
        };
        if (ReadTarget(context, core, query, out var key, out var minimum) is { } problem)
        {
            return problem;
        }

        var reply = await core.Client.GetNeighborsAsync(key, request, context.RequestAborted);
        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld
            ? tooOld
            : NeighborLinks.ToAnswer(request.Coordinate, reply);
    }

    public static async Task<IResult> FindPathAsync(HttpContext context, GatewayCore core)
    {
        var query = new QueryText(context.Request.Query);
        var request = new FindPath
        {
            From = query.RequiredCoordinate("from_coord"),
            To = query.RequiredCoordinate("to_coord"),
            MaxLength = query.Integer("max_length", 10, 1, MaxPathLength),
            LinkType = QueryFields.LinkType(query.Get("link_type"), query.Field("link_type")),
            Weighted = query.Boolean("weighted") ?? false,
            Patience = core.Options.Patience,
        };
        if (ReadTarget(context, core, query, out var key, out var minimum) is { } problem)
        {
            return problem;
        }

        var reply = await core.Client.FindPathAsync(key, request, context.RequestAborted);
        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld
            ? tooOld
            : FoundPath.ToAnswer(request, reply);
    }

    private static Problem? ReadTarget(HttpContext context, GatewayCore core, QueryText query, out NamespaceKey key, out long minimum)
    {
        key = default;
        minimum = 0;
        return query.Errors.ToProblem() ?? MinSeq.Read(context, out minimum) ?? core.ResolveNamespace(context, null, out key);
    }

    private static async Task<IResult> WriteAsync(HttpContext context, GatewayCore core, ReadBody<LinkBody> keys, AnswerKind answer)
    {
        if (keys.IsRefused)
        {
            return keys.Problem;
        }

        if (WriteTarget.ResolveUnconditional(context, core, keys.Shape.Tenant, out var target) is { } problem)
        {
            return problem;
        }

        return await core.WriteAsync(context, new WriteRequest
        {
            Namespace = target.Namespace,
            Operations = [answer == AnswerKind.Link ? keys.Shape.ToPut() : keys.Shape.ToDelete()],
            Answer = answer,
            Headers = target.Headers,
            Body = keys.Bytes,
        });
    }
}
