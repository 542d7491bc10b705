namespace Soma.Gateway;

/// <summary>The services that the handlers use, and the steps that all requests to a namespace have in common.</summary>
internal sealed class GatewayCore(
    GatewayOptions options, NamespaceClient client, KeySource keys, GatewayInstruments instruments, KeyUsageCounts usage, AuditLog audit,
    TimeProvider clock)
{
    // The memory that a queued operation takes besides its payload: its key, its record and its place in the queue.
    private const int OperationOverhead = 256;

    public GatewayOptions Options => options;

    public NamespaceClient Client => client;

    public KeySource Keys => keys;

    public GatewayInstruments Instruments => instruments;

    public KeyUsageCounts Usage => usage;

    public AuditLog Audit => audit;

    public TimeProvider Clock => clock;

    /// <summary>Reads the body into a form. The query of a request with a body may only name the tenant.</summary>
    public async ValueTask<ReadRequest<TForm>> ReadBodyAsync<TForm>(HttpContext context, RequestShape<TForm> shape)
        where TForm : class
    {
        var (body, problem) = await RequestBody.ReadAsync(context, options.MaxBodyBytes);
        TForm? form = null;
        var errors = NewErrors();
        if (problem is null && context.Request.QueryString.HasValue)
        {
            CommonFields.NoFields.Read(context.Request.Query, errors);
        }

        problem ??= JsonBody.Read(body, shape, errors, out form);
        return new ReadRequest<TForm>(body, form, problem);
    }

    /// <summary>Reads the query into a form.</summary>
    public ReadRequest<TForm> ReadQuery<TForm>(HttpContext context, RequestShape<TForm> shape)
        where TForm : class
    {
        var errors = NewErrors();
        var form = shape.Read(context.Request.QueryString.HasValue ? context.Request.Query : QueryCollection.Empty, errors);
        return new ReadRequest<TForm>([], form, errors.ToProblem());
    }

    /// <summary>Finds the namespace of a request: the one in its path, or else the one that its headers name.</summary>
    public Problem? ResolveNamespace(HttpContext context, string? tenantField, out NamespaceKey key) => NamespaceRoute.IsOf(context)
        ? NamespaceRoute.Resolve(context, tenantField, out key)
        : NamespaceHeaders.Resolve(context, options.DefaultNamespace, tenantField, out key);

    /// <summary>
    /// Reads a request to a namespace: the key in its path, its fields, its headers, and which namespace it is for. The first part
    /// that cannot be read is the problem that is answered.
    /// </summary>
    public async ValueTask<ReadRequest<Call<TForm>>> ReadAsync<TForm>(HttpContext context, RequestShape<TForm> shape, RequestContract contract)
        where TForm : Form
    {
        Coordinate coordinate = default;
        if (context.Request.RouteValues.ContainsKey("coord") && ReadCoordinate(context, out coordinate) is { } invalid)
        {
            return new ReadRequest<Call<TForm>>([], null, invalid);
        }

        var isInQuery = contract.Fields == FieldsIn.Query || (contract.Fields == FieldsIn.BodyOrQuery && !RequestBody.IsPresent(context));
        var request = isInQuery ? ReadQuery(context, shape) : await ReadBodyAsync(context, shape);
        if (request.IsRefused)
        {
            return new ReadRequest<Call<TForm>>([], null, request.Problem);
        }

        NamespaceKey key = default;
        WriteHeaders headers = default;
        long minSeq = 0;
        var problem = (contract.Kind == RequestKind.Read ? MinSeq.Read(context, out minSeq) : WriteHeaders.Read(context.Request.Headers, out headers))
            ?? ResolveNamespace(context, request.Value.Tenant, out key)
            ?? (contract.Kind == RequestKind.Write ? headers.RefuseConditions() : null);
        var target = new WriteTarget(key, headers) { Body = request.Bytes, Coordinate = coordinate == default ? "" : coordinate.Text };
        return new ReadRequest<Call<TForm>>(request.Bytes, new Call<TForm>(context, this, request.Value, target, coordinate, minSeq), problem);
    }

    /// <summary>Sends one command and makes the answer of its reply.</summary>
    public async Task<WriteAnswer<T>> WriteAsync<T>(HttpContext context, WriteTarget target, AnswerKind answer, params WriteOperation[] operations) =>
        new(await WriteAsync(context, target.Namespace, target.ToKey(context), target.Body.Length, answer, operations));

    /// <summary>Sends one command in the caller's name.</summary>
    /// <param name="context">The request.</param>
    /// <param name="space">Where it is decided.</param>
    /// <param name="key">Under which its answer is kept for retries.</param>
    /// <param name="bytes">How many bytes the request's body has.</param>
    /// <param name="answer">The shape of the answer.</param>
    /// <param name="operations">What it does, all or nothing.</param>
    public async Task<WriteReply> WriteAsync(
        HttpContext context, NamespaceKey space, IdempotencyKey key, int bytes, AnswerKind answer, params WriteOperation[] operations)
    {
        var started = clock.GetTimestamp();
        var reply = await client.WriteAsync(space, new WriteCommand
        {
            Operations = operations,
            Answer = answer,
            Key = key,
            Timeout = options.RequestTimeout,
            Bytes = bytes + (OperationOverhead * operations.Length),
            By = Writer.Of(context),
            Limits = Writer.LimitsOf(context),
        });
        if (reply.Rejection is null && answer is AnswerKind.Store or AnswerKind.StoreBatch)
        {
            instruments.OnStored(operations.Length, clock.GetElapsedTime(started));
            usage.OnStored(context.Caller(), operations);
        }

        return reply;
    }

    /// <summary>Reads the key in the path, such as <c>1,2</c> or <c>@alice</c>; 400 if the text is not a key.</summary>
    private static Problem? ReadCoordinate(HttpContext context, out Coordinate coordinate)
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

/// <summary>A request to a namespace that was read without fault.</summary>
/// <param name="Context">The HTTP request and the response to it.</param>
/// <param name="Core">The services of the gateway.</param>
/// <param name="Form">Its fields.</param>
/// <param name="Target">Where it goes; of a write also its headers and its raw body.</param>
/// <param name="Coordinate">The key in its path, if the route has one.</param>
/// <param name="MinSeq">Of a read: the smallest head seq that the answer may be made from.</param>
internal sealed record Call<TForm>(HttpContext Context, GatewayCore Core, TForm Form, WriteTarget Target, Coordinate Coordinate, long MinSeq)
    where TForm : Form;
