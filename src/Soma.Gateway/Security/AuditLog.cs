namespace Soma.Gateway.Security;

/// <summary>Writes the audit lines of a gateway.</summary>
internal sealed class AuditLog(ILoggerFactory loggers, TimeProvider clock)
{
    // Somebody who tries tokens must not fill the log. What is left out is counted in the next line, and in the metrics.
    private const int MostRefusalsPerSecond = 10;

    private readonly ILogger _log = loggers.CreateLogger(Audit.Category);
    private readonly Lock _gate = new();
    private long _second;
    private int _written;
    private long _suppressed;

    public void OnKey(HttpContext context, string what, AccessKey key) => Write(context, what, key.Tenant, null, key.Id, $"name {key.Name}");

    public void OnNamespace(HttpContext context, string what, NamespaceKey key, string? detail = null) =>
        Write(context, what, key.Tenant, key.Name, null, detail);

    /// <param name="context">The request.</param>
    /// <param name="route">The route's template.</param>
    public void OnRefused(HttpContext context, string route)
    {
        if (TryTake(out var suppressed))
        {
            var caller = context.FindCaller();
            var more = suppressed > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {suppressed} more refusals before it were not logged") : "";
            Write(context, "access_refused", caller?.Tenant, null, caller?.Key?.Id, $"{context.Response.StatusCode} {context.Request.Method} {route}{more}");
        }
    }

    private void Write(HttpContext context, string what, string? tenant, string? space, string? key, string? detail) => Audit.Write(
        _log, what, context.FindCaller()?.By ?? "nobody", tenant, space, key, detail, RequestIds.Of(context), context.Connection.RemoteIpAddress?.ToString());

    private bool TryTake(out long suppressed)
    {
        lock (_gate)
        {
            var second = clock.GetTimestamp() / clock.TimestampFrequency;
            if (second != _second)
            {
                (_second, _written) = (second, 0);
            }

            if (_written == MostRefusalsPerSecond)
            {
                _suppressed++;
                suppressed = 0;
                return false;
            }

            _written++;
            (suppressed, _suppressed) = (_suppressed, 0);
            return true;
        }
    }
}
