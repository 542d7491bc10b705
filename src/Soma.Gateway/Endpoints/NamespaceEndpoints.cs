using Soma.Gateway.Answers;
using Soma.Gateway.Http;
using Soma.Gateway.OpenApi;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>The settings of a namespace.</summary>
internal static class NamespaceEndpoints
{
    private const string Template = "/namespaces/{name}";
    private const string ReindexTemplate = "/namespaces/{name}/reindex";
    private const string RateGroup = "/namespaces";

    public static void MapNamespaces(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Template, GetAsync).Protected(Template, RateGroup).WithMetadata(NamespaceOperations.Get);
        routes.MapPost(ReindexTemplate, ReindexAsync).Protected(ReindexTemplate, RateGroup).WithMetadata(NamespaceOperations.Reindex);
        routes.MapPut(Template, PutAsync).Protected(Template, RateGroup).WithMetadata(NamespaceOperations.Put);
    }

    public static async Task<IResult> GetAsync(HttpContext context, GatewayCore core) =>
        ReadName(context, core, out var key) is { } problem
            ? problem
            : NamespaceView.ToAnswer(key, await core.Client.GetSettingsAsync(key, context.RequestAborted));

    /// <summary>Answers once the settings are kept and in force.</summary>
    public static async Task<IResult> PutAsync(HttpContext context, GatewayCore core)
    {
        if (ReadName(context, core, out var key) is { } problem)
        {
            return problem;
        }

        var body = await core.ReadBodyAsync(context, NamespaceFields.Settings);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        await core.Client.SetSettingsAsync(key, body.Form.Command);
        return NamespaceView.ToAnswer(key, body.Form.Command);
    }

    /// <summary>Answers when it has begun; the namespace is served meanwhile.</summary>
    public static async Task<IResult> ReindexAsync(HttpContext context, GatewayCore core)
    {
        if (ReadName(context, core, out var key) is { } problem)
        {
            return problem;
        }

        await core.Client.ReindexAsync(key, context.RequestAborted);
        return new Answer<ReindexBegun>(new ReindexBegun { Name = key.Name, Reindexing = true });
    }

    private static Problem? ReadName(HttpContext context, GatewayCore core, out NamespaceKey key)
    {
        key = default;
        var problem = core.ReadQuery(context, Values.NoFields).Problem ?? core.ResolveNamespace(context, null, out key);
        var name = context.Request.RouteValues["name"] as string ?? "";
        key = key with { Name = name };
        return problem ?? (NamespaceKey.IsValidName(name) ? null : new Problem(400, "A namespace's name must be 1–128 characters of A-Z a-z 0-9 . _ : @ -"));
    }
}
