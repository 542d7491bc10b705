namespace Soma.Gateway.Http;

/// <summary>The outermost middleware: gives each request its id, and records its outcome in metrics and logs.</summary>
internal sealed class RequestObservation(
    RequestDelegate next, GatewayInstruments instruments, AuditLog audit, TimeProvider clock, ILogger<RequestObservation> logger)
{
    private const string Unmatched = "unmatched";
    private static readonly object Untimed = new();

    /// <summary>Keeps the request out of the histogram of latencies: a stream that lasts an hour is not slow.</summary>
    public static void LeaveUntimed(HttpContext context) => context.Items[Untimed] = Untimed;

    public async Task InvokeAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        RequestIds.Assign(context);
        try
        {
            await next(context);
        }
        finally
        {
            Observe(context, clock.GetElapsedTime(started));
        }
    }

    private void Observe(HttpContext context, TimeSpan elapsed)
    {
        // The template is read at the end, because routing has run by then. The raw path is never used: it holds keys of memories.
        var template = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>()?.Template ?? Unmatched;
        if (ClientGone.IsMarked(context))
        {
            instruments.OnClientGone(template, context.Request.Method, hadAnswer: context.Response.HasStarted, elapsed);
            Log.ClientGone(logger, context.Request.Method, template, elapsed.TotalMilliseconds, RequestIds.Of(context));
            return;
        }

        var status = context.Response.StatusCode;
        if (status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            instruments.OnAccessRefused();
            audit.OnRefused(context, template);
        }

        instruments.OnRequest(template, context.Request.Method, status, context.Items.ContainsKey(Untimed) ? null : elapsed);
        Log.RequestProcessed(logger, context.Request.Method, template, status, elapsed.TotalMilliseconds, RequestIds.Of(context));
    }
}

/// <summary>The id under which a request can be found in the logs: the client's, if it is fit to be echoed, else a new one.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-ID";
    private const int MaxLength = 128;

    // An id is this process's random number and a count. A random number for each id would ask the kernel each time.
    private static readonly string Process = Guid.NewGuid().ToString("N")[..16];
    private static long _count;

    /// <summary>Takes the client's id or makes one, and sets it as a header of the answer.</summary>
    public static void Assign(HttpContext context)
    {
        var given = context.Request.Headers[Header];
        var id = given is [{ } text] && IsFit(text) ? text : string.Create(CultureInfo.InvariantCulture, $"{Process}{Interlocked.Increment(ref _count):x16}");
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
    }

    public static string Of(HttpContext context) => context.TraceIdentifier;

    private static bool IsFit(string id) =>
        id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}
