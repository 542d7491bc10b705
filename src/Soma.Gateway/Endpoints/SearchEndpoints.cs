using Soma.Gateway.Answers;
using Soma.Gateway.Bodies;
using Soma.Gateway.Http;
using Soma.Gateway.OpenApi;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>The routes of search.</summary>
internal static class SearchEndpoints
{
    private const string Template = "/memories/search";
    private const string RateGroup = "/memories.search";

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Template, SearchByBodyAsync).Protected(Template, RateGroup).WithMetadata(SearchOperations.Search);
        routes.MapGet(Template, SearchByQueryAsync).Protected(Template, RateGroup).WithMetadata(SearchOperations.SearchByQuery);
    }

    public static async Task<IResult> SearchByBodyAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, SearchBody.ReadMembers);
        return body.IsRefused ? body.Problem : await SearchAsync(context, core, body.Shape);
    }

    public static async Task<IResult> SearchByQueryAsync(HttpContext context, GatewayCore core)
    {
        var query = new QueryText(context.Request.Query);
        var search = SearchBody.FromQuery(query);
        return query.Errors.ToProblem() is { } problem ? problem : await SearchAsync(context, core, search);
    }

    private static async Task<IResult> SearchAsync(HttpContext context, GatewayCore core, SearchBody search)
    {
        long minimum = 0;
        var problem = core.ResolveNamespace(context, search.Tenant, out var key) ?? MinSeq.Read(context, out minimum);
        if (problem is not null)
        {
            return problem;
        }

        var started = core.Clock.GetTimestamp();
        var reply = await core.Client.SearchAsync(key, search.ToQuery(core.Options.Patience), context.RequestAborted);
        if (reply.Rejection is { } rejection)
        {
            return WriteAnswer.ToProblem(rejection);
        }

        core.Instruments.OnRecalled(core.Clock.GetElapsedTime(started));
        var shape = new HitShape(search.IncludePayload, search.IncludeEmbedding, core.Options.FlatMemories);
        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld
            ? tooOld
            : Hits.ToAnswer(reply, shape);
    }
}
