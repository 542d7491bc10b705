using Soma.Gateway.Answers;
using Soma.Gateway.Http;
using Soma.Gateway.OpenApi;
using Soma.Gateway.Requests;
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

    public static async Task<IResult> SearchByBodyAsync(HttpContext context, GatewayCore core) =>
        await SearchAsync(context, core, await core.ReadBodyAsync(context, SearchFields.Search));

    public static Task<IResult> SearchByQueryAsync(HttpContext context, GatewayCore core) =>
        SearchAsync(context, core, core.ReadQuery(context, SearchFields.Search));

    private static async Task<IResult> SearchAsync(HttpContext context, GatewayCore core, ReadRequest<Form<SearchMemories>> request)
    {
        if (request.IsRefused)
        {
            return request.Problem;
        }

        if (core.ReadTarget(context, request.Form, out var key, out var minimum) is { } problem)
        {
            return problem;
        }

        var search = request.Form.Command;
        var started = core.Clock.GetTimestamp();
        var reply = await core.Client.SearchAsync(key, search, context.RequestAborted);
        if (reply.Rejection is { } rejection)
        {
            return WriteAnswer.ToProblem(rejection);
        }

        core.Instruments.OnRecalled(core.Clock.GetElapsedTime(started));
        var shape = new HitShape(!search.OmitPayload, search.IncludeVector, core.Options.FlatMemories);
        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld
            ? tooOld
            : Hits.ToAnswer(reply, shape);
    }
}
