using Soma.Gateway.Answers;
using Soma.Gateway.Endpoints;
using Soma.Gateway.Http;
using Soma.Gateway.Requests;
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

    /// <summary>Reads the body into a form; the first problem wins. Such a request's query may name the tenant, no more.</summary>
    public async ValueTask<ReadRequest<TForm>> ReadBodyAsync<TForm>(HttpContext context, RequestShape<TForm> shape)
        where TForm : class
    {
        var (body, problem) = await RequestBody.ReadAsync(context, options.MaxBodyBytes);
        TForm? form = null;
        var errors = NewErrors();
        if (problem is null && context.Request.QueryString.HasValue)
        {
            Values.NoFields.Read(context.Request.Query, errors);
        }

        problem ??= JsonBody.Read(body, shape, errors, out form);
        return new ReadRequest<TForm>(body, form, problem);
    }

    /// <summary>Reads the query into a form.</summary>
    public ReadRequest<TForm> ReadQuery<TForm>(HttpContext context, RequestShape<TForm> shape)
        where TForm : class
    {
        var errors = NewErrors();
        var form = shape.Read(context.Request.Query, errors);
        return new ReadRequest<TForm>([], form, errors.ToProblem());
    }

    public Problem? ResolveNamespace(HttpContext context, string? tenantField, out NamespaceKey key) =>
        NamespaceHeaders.Resolve(context, options.DefaultNamespace, tenantField, out key);

    /// <summary>Where a read goes, and how old its answer may be.</summary>
    public Problem? ReadTarget(HttpContext context, Form form, out NamespaceKey key, out long minimum)
    {
        key = default;
        return MinSeq.Read(context, out minimum) ?? ResolveNamespace(context, form.Tenant, out key);
    }

    /// <summary>Sends one command and gives its reply as the answer.</summary>
    public async Task<IResult> WriteAsync(HttpContext context, WriteTarget target, AnswerKind answer, params WriteOperation[] operations)
    {
        var started = clock.GetTimestamp();
        var reply = await client.WriteAsync(target.Namespace, new WriteCommand
        {
            Operations = operations,
            Answer = answer,
            Key = target.ToKey(context),
            Patience = options.RequestTimeout,
            Bytes = target.Body.Length + (OperationOverhead * operations.Length),
        });
        if (reply.Rejection is null && answer is AnswerKind.Store or AnswerKind.StoreBatch)
        {
            instruments.OnStored(operations.Length, clock.GetElapsedTime(started));
        }

        return new WriteAnswer(reply);
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

    private FieldErrors NewErrors() => new() { IgnoresUnknown = options.IgnoreUnknownFields };
}
