namespace Soma.Gateway.Endpoints;

/// <summary>The namespace that a path names, as in <c>/namespaces/{name}</c>.</summary>
internal static class NamespaceRoute
{
    public const string Template = "/namespaces/{name}";

    /// <summary>Whether the path of the request names a namespace.</summary>
    public static bool IsOf(HttpContext context) => context.Request.RouteValues.ContainsKey("name");

    /// <param name="context">The request.</param>
    /// <param name="tenantField">The body's <c>tenant_id</c>, if it has one.</param>
    /// <param name="key">The namespace, if null is returned.</param>
    /// <returns>
    /// Why the path names no namespace of the caller. One that the caller may not use is answered as one that does not exist, so that the
    /// answer does not tell whether it does.
    /// </returns>
    public static Problem? Resolve(HttpContext context, string? tenantField, out NamespaceKey key)
    {
        key = default;
        if (NamespaceHeaders.ResolveTenant(context, tenantField, out var tenant) is { } problem)
        {
            return problem;
        }

        key = new NamespaceKey(tenant ?? NamespaceHeaders.DefaultTenant, context.Request.RouteValues["name"] as string ?? "");
        return !NamespaceKey.IsValidName(key.Name) ? new Problem(400, $"A namespace's name must be {NameType.Rule}")
            : context.Caller().MayUse(key) ? null
            : NotFound;
    }

    public static Problem NotFound { get; } = new(404, "Namespace not found");
}
