namespace Soma.Gateway.Endpoints;

/// <summary>The routes of search: the same fields in a body or in a query.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        const string Template = "/memories/search";
        var search = routes.MapProtected("Search").LimitedAs("/memories.search");
        search.MapRead(Template, Operations.Search, SearchFields.Search, SearchAsync, FieldsIn.Body);
        search.MapRead(Template, Operations.SearchByQuery, SearchFields.Search, SearchAsync);
    }

    private static async Task<Results<Answer<Hits>, Problem>> SearchAsync(Call<Form<SearchMemories>> call)
    {
        var core = call.Core;
        var search = call.Form.Command;
        var started = core.Clock.GetTimestamp();
        var reply = await core.Client.SearchAsync(call.Target.Namespace, search, call.Context.RequestAborted);
        if (reply.Rejection is { } rejection)
        {
            return Problem.Of(rejection);
        }

        core.Instruments.OnRecalled(core.Clock.GetElapsedTime(started));
        var shape = new HitShape(!search.OmitPayload, search.IncludeVector, core.Options.FlatMemories);
        return MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq) is { } tooOld ? tooOld : Hits.ToAnswer(reply, shape);
    }
}
