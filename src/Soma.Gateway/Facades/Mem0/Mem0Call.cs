namespace Soma.Gateway.Mem0;

/// <summary>One request of mem0's protocol: its namespace, its body, and how its commands are sent.</summary>
internal sealed class Mem0Call
{
    private const int MostPerCommand = 1000;
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = JsonBody.MaxDepth };
    private readonly HttpContext _context;
    private WriteTarget _target;

    private Mem0Call(HttpContext context, GatewayCore core) => (_context, Core) = (context, core);

    public GatewayCore Core { get; }

    public NamespaceKey Namespace => _target.Namespace;

    public Caller Caller => _context.Caller();

    /// <summary>The body's object; empty if there is none.</summary>
    public JsonObject Body { get; private set; } = [];

    /// <summary>Whether the request came under <c>/mem0</c> to a path of mem0's open-source server.</summary>
    public bool IsServer { get; private init; }

    private CancellationToken Aborted => _context.RequestAborted;

    /// <summary>Makes a handler of a route: reads the request, and answers what the handler returns or refuses.</summary>
    public static Func<HttpContext, GatewayCore, Task<IResult>> Handler(Func<Mem0Call, Task<Mem0Answer>> handle, bool isServer = false) => async (context, core) =>
    {
        try
        {
            var call = new Mem0Call(context, core) { IsServer = isServer };
            await call.ReadAsync();
            return await handle(call);
        }
        catch (Mem0Refusal refusal)
        {
            return refusal.ToResult();
        }
    };

    /// <summary>A segment of the path; it may hold an encoded slash.</summary>
    public string Route(string name) => RouteText.Read(_context, name) ?? throw new Mem0Refusal(400, "The path is not percent-encoded UTF-8");

    public string? Query(string name) => _context.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    public Coordinate Key => Mem0Memory.KeyOf(Route("id"));

    public string Field(string name) => Body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new Mem0Refusal(400, $"{name} is required, and is a text");

    /// <summary>A whole number of the body or the query.</summary>
    public int Number(string name, int otherwise, int most)
    {
        var text = Body[name]?.ToJsonString() ?? Query(name);
        return text is null ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
            : throw new Mem0Refusal(400, $"{name} is a whole number from 1 to {most}");
    }

    /// <summary>Sends one command, all or nothing.</summary>
    public async Task<WriteReply> TryWriteAsync(AnswerKind answer, params WriteOperation[] operations) =>
        await Core.WriteAsync(_context, Namespace, _target.ToKey(_context), _target.Body.Length, answer, operations);

    /// <exception cref="Mem0Refusal">The engine refuses it; a memory that had to be there and is not is a 404.</exception>
    public async Task<WriteReply> WriteAsync(AnswerKind answer, params WriteOperation[] operations)
    {
        var reply = await TryWriteAsync(answer, operations);
        return reply.Rejection switch
        {
            null => reply,
            { Status: 404 or 412 } => throw Mem0Refusal.NotFound,
            var rejection => throw new Mem0Refusal(Problem.Of(rejection)),
        };
    }

    public async Task<MemoryRecord?> FindAsync(Coordinate key) =>
        (await Core.Client.GetAsync(Namespace, new GetMemory { Coordinate = key, Timeout = Core.Options.RequestTimeout }, Aborted)).Memory;

    public Task<SearchReply> SearchAsync(SearchMemories search) => Core.Client.SearchAsync(Namespace, search, Aborted);

    /// <summary>The versions of a memory, newest first.</summary>
    public async Task<List<HistoryEntry>> HistoryAsync(Coordinate key)
    {
        var versions = new List<HistoryEntry>();
        string? cursor = null;
        do
        {
            var page = await Core.Client.GetHistoryAsync(
                Namespace, new GetHistory { Coordinate = key, Limit = MostPerCommand, Cursor = cursor, Timeout = Core.Options.RequestTimeout }, Aborted);
            versions.AddRange(page.Versions);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return versions;
    }

    /// <summary>Memories in pages of one command each, newest first.</summary>
    public async IAsyncEnumerable<MemoryRecord> ListAsync(byte[] filter, int most = int.MaxValue)
    {
        string? cursor = null;
        do
        {
            var page = await Core.Client.ListAsync(
                Namespace,
                new ListMemories
                {
                    Limit = Math.Min(most, MostPerCommand),
                    Cursor = cursor,
                    Order = ListOrder.Created,
                    Descending = true,
                    Filter = filter,
                    Timeout = Core.Options.RequestTimeout,
                },
                Aborted);
            if (page.Rejection is { } rejection)
            {
                throw new Mem0Refusal(Problem.Of(rejection));
            }

            foreach (var memory in page.Memories.Take(most))
            {
                yield return memory;
            }

            most -= page.Memories.Length;
            cursor = page.NextCursor;
        }
        while (cursor is not null && most > 0);
    }

    /// <summary>Deletes what passes a filter, or only counts it.</summary>
    public async Task<long> DeleteAsync(byte[] filter, bool isCount = false)
    {
        var reply = await Core.Client.DeleteManyAsync(Namespace, new DeleteMany
        {
            Filter = filter,
            DryRun = isCount,
            // A count is no write: it must not take the key of one.
            Key = isCount ? (_target with { Headers = _target.Headers with { IdempotencyKey = null } }).ToKey(_context) : _target.ToKey(_context),
            Timeout = Core.Options.RequestTimeout,
            By = Writer.Of(_context),
        });
        return reply.Rejection is { } rejection ? throw new Mem0Refusal(Problem.Of(rejection))
            : reply.Complete ? reply.Deleted
            : throw new Mem0Refusal(new Problem(504, $"The deadline passed after {reply.Deleted} deletions; the same request goes on") { Outcome = "partly_applied" });
    }

    private async Task ReadAsync()
    {
        byte[] body = [];
        if (RequestBody.IsPresent(_context))
        {
            (body, var problem) = await RequestBody.ReadAsync(_context, Core.Options.MaxBodyBytes);
            Refuse(problem);
            Body = Parse(body);
        }

        Refuse(WriteHeaders.Read(_context.Request.Headers, out var headers));
        Refuse(headers.RefuseConditions());
        Refuse(NamespaceHeaders.Resolve(_context, Core.Options.DefaultNamespace, null, out var key));
        _target = new WriteTarget(key, headers) { Body = body, Coordinate = _context.Request.Path.Value ?? "" };
    }

    private static JsonObject Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? []
                : !JsonText.IsDecodable(body) ? throw new Mem0Refusal(400, "Malformed JSON: not UTF-8, or half of a surrogate pair")
                : JsonNode.Parse(body, documentOptions: _strict) as JsonObject ?? throw new Mem0Refusal(422, "The body is an object");
        }
        catch (JsonException)
        {
            throw new Mem0Refusal(400, "Malformed JSON, or a field that is there twice");
        }
    }

    private static void Refuse(Problem? problem)
    {
        if (problem is not null)
        {
            throw new Mem0Refusal(problem);
        }
    }
}
