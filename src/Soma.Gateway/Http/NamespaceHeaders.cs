using Soma.Grains.Interfaces;

namespace Soma.Gateway.Http;

/// <summary>Which namespace of which tenant a request means.</summary>
internal static class NamespaceHeaders
{
    public const string NamespaceHeader = "X-Soma-Namespace";
    public const string TenantHeader = "X-Soma-Tenant";
    public const string TenantField = "tenant_id";
    public const string DefaultTenant = "default";
    private const string Rule = "must be 1–128 characters of A-Z a-z 0-9 . _ : @ -";

    /// <param name="context">The request: its headers, and <c>tenant_id</c> of its query.</param>
    /// <param name="defaultNamespace">Where a request goes that names no namespace.</param>
    /// <param name="tenantField">The body's <c>tenant_id</c>, if it has one.</param>
    /// <param name="key">The namespace, if nothing is wrong.</param>
    /// <returns>400 naming the header or field that holds no name.</returns>
    public static Problem? Resolve(HttpContext context, string defaultNamespace, string? tenantField, out NamespaceKey key)
    {
        var headers = context.Request.Headers;
        var name = Header(headers, NamespaceHeader) ?? defaultNamespace;
        var fromHeader = Header(headers, TenantHeader);
        var tenant = fromHeader ?? Text(tenantField) ?? TenantOfQuery(context.Request) ?? DefaultTenant;
        key = new NamespaceKey(tenant, name);
        if (!NamespaceKey.IsValidName(name))
        {
            return new Problem(400, $"{NamespaceHeader} {Rule}");
        }

        return NamespaceKey.IsValidName(tenant) ? null : new Problem(400, $"{(fromHeader is null ? TenantField : TenantHeader)} {Rule}");
    }

    private static string? Header(IHeaderDictionary headers, string name) => Text(headers[name].ToString());

    private static string? TenantOfQuery(HttpRequest request) =>
        request.QueryString.HasValue ? Text(request.Query[TenantField].ToString()) : null;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
