using Soma.Gateway.Answers;
using Soma.Gateway.Bodies;
using Soma.Gateway.Http;
using Soma.Gateway.Sending;
using Soma.Grains.Interfaces;

namespace Soma.Gateway;

/// <summary>What every handler needs, and the steps that all writes and all reads share.</summary>
internal sealed class GatewayCore(
    GatewayOptions options, NamespaceClient client, KeySource keys, GatewayInstruments instruments, TimeProvider clock)
{
    // Beside its payload a queued operation holds its coordinate, its record and its place.
    private const int OperationOverhead = 256;

    public GatewayOptions Options => options;

    public NamespaceClient Client => client;

    public KeySource Keys => keys;

    public GatewayInstruments Instruments => instruments;

    public TimeProvider Clock => clock;

    /// <summary>Reads the body and its members; the first problem wins.</summary>
    public async ValueTask<ReadBody<TShape>> ReadBodyAsync<TShape>(HttpContext context, ReadMembers<TShape> readMembers)
        where TShape : class
    {
        var (body, problem) = await RequestBody.ReadAsync(context, options.MaxBodyBytes);
        TShape? shape = null;
        problem ??= JsonBody.Read(body, readMembers, out shape);
        return new ReadBody<TShape>(body, shape, problem);
    }

    public Problem? ResolveNamespace(HttpContext context, string? tenantField, out NamespaceKey key) =>
        NamespaceHeaders.Resolve(context, options.DefaultNamespace, tenantField, out key);

    /// <summary>Sends one command and gives its reply as the answer.</summary>
    public async Task<IResult> WriteAsync(HttpContext context, WriteRequest request)
    {
        var started = clock.GetTimestamp();
        var reply = await client.WriteAsync(request.Namespace, new WriteCommand
        {
            Operations = request.Operations,
            Answer = request.Answer,
            Key = KeyOf(context, request.Headers, request.Coordinate, request.Body),
            Patience = options.Patience,
            Bytes = request.Body.Length + (OperationOverhead * request.Operations.Length),
        });
        if (reply.Rejection is null && request.Answer is AnswerKind.Store or AnswerKind.StoreBatch)
        {
            instruments.OnStored(request.Operations.Length, clock.GetElapsedTime(started));
        }

        return new WriteAnswer(reply);
    }

    /// <summary>The client's key, or one of the gateway's own that makes sending again after a silo's failure safe.</summary>
    public static IdempotencyKey KeyOf(HttpContext context, WriteHeaders headers, string coordinate, byte[] body)
    {
        var request = context.Request;
        var template = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>()?.Template ?? "";
        return new IdempotencyKey
        {
            Value = headers.IdempotencyKey is { } key
                ? IdempotencyKey.ClientPrefix + key
                : IdempotencyKey.GatewayPrefix + Guid.NewGuid().ToString("N"),
            RequestHash = RequestHash.Compute(
                [request.Method, template, coordinate, request.QueryString.Value ?? "", headers.IfMatch, headers.IfNoneMatch], body),
        };
    }

    /// <summary>Reads the key in the path; 400 for one that is none.</summary>
    public static Problem? ReadCoordinate(HttpContext context, out Coordinate coordinate)
    {
        coordinate = default;
        var text = RouteText.Read(context, "coord");
        if (text is null)
        {
            return new Problem(400, "Invalid coord: the path is not percent-encoded UTF-8");
        }

        return Coordinate.TryParse(text, out coordinate, out var problem) ? null : new Problem(400, problem);
    }
}
