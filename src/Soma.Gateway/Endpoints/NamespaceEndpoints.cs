namespace Soma.Gateway.Endpoints;

/// <summary>The routes of a namespace's settings. The path names the namespace, so these routes read their requests themselves.</summary>
internal static class NamespaceEndpoints
{
    public static void MapNamespaces(this IEndpointRouteBuilder routes)
    {
        const string Template = "/namespaces/{name}";
        var namespaces = routes.MapProtected("Namespaces").LimitedAs("/namespaces");
        namespaces.MapGet(Template, GetAsync).WithMetadata(Operations.GetNamespace);
        namespaces.MapPost(Template + "/reindex", ReindexAsync).WithMetadata(Operations.Reindex);
        namespaces.MapPut(Template, PutAsync).WithMetadata(
            Operations.PutNamespace, new RequestContract(NamespaceFields.Settings, FieldsIn.Body, RequestKind.Settings));
    }

    private static async Task<Results<Answer<NamespaceView>, Problem>> GetAsync(HttpContext context, GatewayCore core) =>
        ReadName(context, core, out var key) is { } problem
            ? problem
            : NamespaceView.ToAnswer(key, await core.Client.GetSettingsAsync(key, context.RequestAborted));

    /// <summary>Answers when the settings are stored and in force.</summary>
    private static async Task<Results<Answer<NamespaceView>, Problem>> PutAsync(HttpContext context, GatewayCore core)
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

        await core.Client.SetSettingsAsync(key, body.Value.Command);
        return NamespaceView.ToAnswer(key, body.Value.Command);
    }

    /// <summary>Answers when the reindexing has begun. The namespace is served meanwhile.</summary>
    private static async Task<Results<Answer<ReindexBegun>, Problem>> ReindexAsync(HttpContext context, GatewayCore core)
    {
        if (ReadName(context, core, out var key) is { } problem)
        {
            return problem;
        }

        await core.Client.ReindexAsync(key, context.RequestAborted);
        return Answer<ReindexBegun>.Of(new ReindexBegun(key.Name, Reindexing: true));
    }

    private static Problem? ReadName(HttpContext context, GatewayCore core, out NamespaceKey key)
    {
        key = default;
        var problem = core.ReadQuery(context, CommonFields.NoFields).Problem ?? core.ResolveNamespace(context, null, out key);
        var name = context.Request.RouteValues["name"] as string ?? "";
        key = key with { Name = name };
        return problem ?? (NamespaceKey.IsValidName(name) ? null : new Problem(400, "A namespace's name must be 1–128 characters of A-Z a-z 0-9 . _ : @ -"));
    }
}
