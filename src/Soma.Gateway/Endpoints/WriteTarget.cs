using Soma.Gateway.Http;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Where a write goes and under which headers.</summary>
internal readonly record struct WriteTarget(NamespaceKey Namespace, WriteHeaders Headers)
{
    /// <summary>Of a write to one memory, which may be conditional.</summary>
    public static Problem? Resolve(HttpContext context, GatewayCore core, string? tenantField, out WriteTarget target)
    {
        NamespaceKey key = default;
        var problem = WriteHeaders.Read(context.Request.Headers, out var headers)
            ?? core.ResolveNamespace(context, tenantField, out key);
        target = new WriteTarget(key, headers);
        return problem;
    }

    /// <summary>Of a write that is not about one memory: a condition is refused.</summary>
    public static Problem? ResolveUnconditional(HttpContext context, GatewayCore core, string? tenantField, out WriteTarget target) =>
        Resolve(context, core, tenantField, out target) ?? target.Headers.RefuseConditions();
}
