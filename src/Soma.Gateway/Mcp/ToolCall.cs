using System.Security.Cryptography;

namespace Soma.Gateway.Mcp;

/// <summary>One call of a tool: who calls, in which namespace, and how its commands are sent.</summary>
/// <remarks>The namespace comes from the URL or the key, never from an argument: a model cannot leave it, whatever a text talks it into.</remarks>
internal sealed class ToolCall
{
    private readonly HttpContext _context;
    private readonly string? _retryKey;
    private readonly byte[] _hash;
    private readonly int _bytes;

    private ToolCall(HttpContext context, byte[] request)
    {
        _context = context;
        Core = context.RequestServices.GetRequiredService<GatewayCore>();
        Namespace = McpNamespace.Of(context);
        _retryKey = RetryKeyOf(context);
        _hash = SHA256.HashData(request);
        _bytes = request.Length;
    }

    public GatewayCore Core { get; }

    public NamespaceKey Namespace { get; }

    public CancellationToken Aborted => _context.RequestAborted;

    /// <exception cref="ToolRefusal">The caller lacks the scope.</exception>
    public static ToolCall Of<T>(IServiceProvider? services, T arguments, Scopes scope)
    {
        var context = services?.GetService<IHttpContextAccessor>()?.HttpContext ?? throw new InvalidOperationException("This was called outside of an HTTP request.");
        if (!context.Caller().May(scope))
        {
            throw new ToolRefusal($"This key lacks the scope '{scope.ToString().ToLowerInvariant()}'");
        }

        // The arguments are hashed with the retry key, so that the key of another call is noticed.
        return new ToolCall(context, JsonSerializer.SerializeToUtf8Bytes(arguments, McpJson.Options));
    }

    /// <summary>Sends one write.</summary>
    /// <exception cref="ToolRefusal">The engine refuses it.</exception>
    public async Task<WriteReply> WriteAsync(AnswerKind answer, WriteOperation operation, int item = 0)
    {
        var reply = await TryWriteAsync(answer, operation, item);
        return reply.Rejection is { } rejection ? throw new ToolRefusal(rejection.Detail) : reply;
    }

    /// <summary>Sends one write, and leaves it to the caller what a refusal means.</summary>
    /// <param name="answer">The shape of its answer.</param>
    /// <param name="operation">What it does.</param>
    /// <param name="item">Which item of the call's list it is for. Each item has one write that succeeds; a refused one leaves no receipt.</param>
    public Task<WriteReply> TryWriteAsync(AnswerKind answer, WriteOperation operation, int item) =>
        Core.WriteAsync(_context, Namespace, KeyOf(item), _bytes, answer, operation);

    /// <exception cref="ToolRefusal">The text is no key.</exception>
    public static Coordinate KeyOf(string id) =>
        Coordinate.TryParse(ToolFields.KeyOf(id), out var key, out var problem) ? key : throw new ToolRefusal(problem);

    /// <summary>
    /// Each item has a key of its own. A call that comes again under its <c>Idempotency-Key</c>, because it was broken off half way, finds what
    /// it has done for an item and does the rest. A running number would not do: items that need nothing any more would shift it.
    /// </summary>
    private IdempotencyKey KeyOf(int item) => new()
    {
        Value = _retryKey is null
            ? IdempotencyKey.GatewayPrefix + Guid.NewGuid().ToString("N")
            : Writer.KeyOf(_context, string.Create(CultureInfo.InvariantCulture, $"{_retryKey}.{item}")),
        RequestHash = _hash,
    };

    private static string? RetryKeyOf(HttpContext context) =>
        WriteHeaders.Read(context.Request.Headers, out var headers) is { } problem ? throw new ToolRefusal(problem.Detail) : headers.IdempotencyKey;
}

/// <summary>Why a tool did not do what it was asked to. The model reads the message, so it says what to do instead.</summary>
internal sealed class ToolRefusal(string message) : Exception(message);

/// <summary>The namespace of an MCP endpoint: the one that its URL names, else the caller's.</summary>
internal static class McpNamespace
{
    private static readonly object _key = new();

    public static NamespaceKey Of(HttpContext context) =>
        context.Items.TryGetValue(_key, out var found) && found is NamespaceKey key ? key : throw new InvalidOperationException("The request is for no MCP endpoint.");

    /// <summary>Finds the namespace; the problem is answered as on any other route.</summary>
    public static Problem? Resolve(HttpContext context, GatewayOptions options)
    {
        var problem = NamespaceHeaders.Resolve(context, options.DefaultNamespace, null, out var key, context.Request.RouteValues["namespace"] as string);
        context.Items[_key] = key;
        return problem;
    }
}
