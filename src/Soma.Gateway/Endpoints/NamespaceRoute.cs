namespace Soma.Gateway.Endpoints;

/// <summary>The namespace that a path names, as in <c>/namespaces/{name}</c>.</summary>
internal static class NamespaceRoute
{
    public const string Template = "/namespaces/{name}";

    public static string NameOf(HttpContext context) => context.Request.RouteValues["name"] as string ?? "";

    /// <summary>Why the path names no namespace; null: it does.</summary>
    public static Problem? Check(HttpContext context) =>
        NamespaceKey.IsValidName(NameOf(context)) ? null : new Problem(400, $"A namespace's name must be {NameType.Rule}");
}
