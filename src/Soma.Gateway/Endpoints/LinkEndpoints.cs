using Soma.Gateway.Answers;
using Soma.Gateway.Http;
using Soma.Gateway.OpenApi;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>The routes of links between coordinates.</summary>
internal static class LinkEndpoints
{
    private const string Link = "/graph/link";
    private const string Neighbors = "/graph/neighbors";
    private const string PathBetween = "/graph/path";

    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Link, LinkAsync).Protected(Link, "/graph.link").WithMetadata(LinkOperations.Link);
        routes.MapDelete(Link, UnlinkAsync).Protected(Link, "/graph.link").WithMetadata(LinkOperations.Unlink);
        routes.MapGet(Neighbors, GetNeighborsAsync).Protected(Neighbors, "/graph.neighbors").WithMetadata(LinkOperations.Neighbors);
        routes.MapGet(PathBetween, FindPathAsync).Protected(PathBetween, "/graph.path").WithMetadata(LinkOperations.PathBetween);
    }

    public static async Task<IResult> LinkAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, LinkFields.Link);
        return body.IsRefused ? body.Problem : await WriteAsync(context, core, body, AnswerKind.Link);
    }

    public static async Task<IResult> UnlinkAsync(HttpContext context, GatewayCore core)
    {
        // Many HTTP clients cannot send a body with DELETE: then the keys stand in the query.
        var keys = RequestBody.IsPresent(context)
            ? await core.ReadBodyAsync(context, LinkFields.Keys)
            : core.ReadQuery(context, LinkFields.Keys);
        return keys.IsRefused ? keys.Problem : await WriteAsync(context, core, keys, AnswerKind.Unlink);
    }

    public static async Task<IResult> GetNeighborsAsync(HttpContext context, GatewayCore core)
    {
        var query = core.ReadQuery(context, LinkFields.Neighbors);
        if (query.IsRefused)
        {
            return query.Problem;
        }

        if (core.ReadTarget(context, query.Form, out var key, out var minimum) is { } problem)
        {
            return problem;
        }

        var request = query.Form.Command;
        var reply = await core.Client.GetNeighborsAsync(key, request, context.RequestAborted);
        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld
            ? tooOld
            : NeighborLinks.ToAnswer(request.Coordinate, reply);
    }

    public static async Task<IResult> FindPathAsync(HttpContext context, GatewayCore core)
    {
        var query = core.ReadQuery(context, LinkFields.PathBetween);
        if (query.IsRefused)
        {
            return query.Problem;
        }

        if (core.ReadTarget(context, query.Form, out var key, out var minimum) is { } problem)
        {
            return problem;
        }

        var request = query.Form.Command;
        var reply = await core.Client.FindPathAsync(key, request, context.RequestAborted);
        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld
            ? tooOld
            : FoundPath.ToAnswer(request, reply);
    }

    private static async Task<IResult> WriteAsync(HttpContext context, GatewayCore core, ReadRequest<Form<PutLink>> keys, AnswerKind answer)
    {
        if (keys.IsRefused)
        {
            return keys.Problem;
        }

        if (WriteTarget.ResolveUnconditional(context, core, keys.Form.Tenant, out var target) is { } problem)
        {
            return problem;
        }

        var link = keys.Form.Command;
        WriteOperation operation = answer == AnswerKind.Link ? link : new DeleteLink { From = link.From, To = link.To, LinkType = link.LinkType };
        return await core.WriteAsync(context, target with { Body = keys.Bytes }, answer, operation);
    }
}
