using System.Security.Cryptography;

namespace Soma.Gateway.LangGraph;

/// <summary>Ends a handler: the request is answered with the problem.</summary>
internal sealed class StoreRefusal(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem => problem;

    public static StoreRefusal Of(Rejection rejection) => new(Problem.Of(rejection));
}

/// <summary>One request to LangGraph's store that was read without fault.</summary>
/// <param name="Context">The HTTP request and the response to it.</param>
/// <param name="Core">The services of the gateway.</param>
/// <param name="Form">Its fields.</param>
/// <param name="Target">The namespace of Soma that holds its items; of a write also its headers and its raw body.</param>
internal sealed record StoreCall<TForm>(HttpContext Context, GatewayCore Core, TForm Form, WriteTarget Target)
    where TForm : LabelledForm
{
    private const int MostPerCommand = 1000;

    /// <summary>Makes a handler of a route: reads the request, and answers what <paramref name="handle"/> returns or refuses.</summary>
    public static Func<HttpContext, GatewayCore, Task<IResult>> Handler(RequestShape<TForm> shape, bool isInQuery, Func<StoreCall<TForm>, Task<IResult>> handle) => async (context, core) =>
    {
        var request = isInQuery ? core.ReadQuery(context, shape) : await core.ReadBodyAsync(context, shape);
        if (request.IsRefused)
        {
            return request.Problem;
        }

        WriteHeaders headers = default;
        NamespaceKey key = default;
        var problem = WriteHeaders.Read(context.Request.Headers, out headers)
            ?? headers.RefuseConditions()
            ?? (request.Value is { MayBeEmpty: false, Labels.Count: 0 } ? new Problem(400, "The namespace is empty: an item needs at least one label") : null)
            ?? Resolve(context, core.Options, request.Value, out key);
        if (problem is not null)
        {
            return problem;
        }

        try
        {
            return await handle(new StoreCall<TForm>(context, core, request.Value, new WriteTarget(key, headers) { Body = request.Bytes }));
        }
        catch (StoreRefusal refusal)
        {
            return refusal.Problem;
        }
    };

    /// <summary>Sends one command under the request's own key.</summary>
    public Task<WriteReply> WriteAsync(AnswerKind answer, params WriteOperation[] operations) => WriteAsync(Target, answer, operations);

    public async Task<MemoryRecord?> FindAsync(Coordinate key) =>
        (await Core.Client.GetAsync(Target.Namespace, new GetMemory { Coordinate = key, Timeout = Core.Options.RequestTimeout }, Context.RequestAborted)).Memory;

    /// <summary>What a query finds, best first.</summary>
    public async IAsyncEnumerable<SearchHit> SearchAsync(string query, byte[] filter, int perPage)
    {
        var (offset, size, isMore) = (0, Math.Min(perPage, MostPerCommand), true);
        while (isMore)
        {
            var reply = await Core.Client.SearchAsync(
                Target.Namespace,
                new SearchMemories { Query = query, TopK = size, Offset = offset, Filter = filter, Timeout = Core.Options.RequestTimeout },
                Context.RequestAborted);
            if (reply.Rejection is { } rejection)
            {
                throw StoreRefusal.Of(rejection);
            }

            foreach (var hit in reply.Hits)
            {
                yield return hit;
            }

            offset += reply.Hits.Length;
            isMore = reply.Hits.Length == size || (reply.Truncated && reply.Hits.Length > 0);
        }
    }

    /// <summary>What passes a filter, latest first.</summary>
    public async IAsyncEnumerable<MemoryRecord> ListAsync(byte[] filter, int perPage)
    {
        string? cursor = null;
        do
        {
            var page = await Core.Client.ListAsync(
                Target.Namespace,
                new ListMemories
                {
                    Limit = Math.Min(perPage, MostPerCommand),
                    Cursor = cursor,
                    Order = ListOrder.Seq,
                    Descending = true,
                    Filter = filter,
                    Timeout = Core.Options.RequestTimeout,
                },
                Context.RequestAborted);
            if (page.Rejection is { } rejection)
            {
                throw StoreRefusal.Of(rejection);
            }

            foreach (var memory in page.Memories)
            {
                yield return memory;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>403 if the caller may not write: to begin a lifetime anew is a write.</summary>
    public void RefuseRefreshOfReaders()
    {
        if (!Context.Caller().May(Scopes.Write))
        {
            throw new StoreRefusal(new Problem(403, "refresh_ttl changes when an item expires, and this key lacks the scope 'write'"));
        }
    }

    /// <summary>Begins the lifetimes of items anew. Items that another writer has changed or deleted since they were read are left as they are.</summary>
    public async Task RefreshAsync(IEnumerable<MemoryRecord> read)
    {
        PatchMemory[] patches = [.. read.Select(StoreItem.Refresh).OfType<PatchMemory>()];
        if (patches.Length == 0 || await TryRefreshAsync(patches) || patches.Length == 1)
        {
            return;
        }

        // One command is applied whole or not at all, so one changed item kept all others from being refreshed.
        foreach (var patch in patches)
        {
            await TryRefreshAsync(patch);
        }
    }

    private async Task<bool> TryRefreshAsync(params PatchMemory[] patches)
    {
        // Under a key of the gateway's own: a read that is sent again reads again.
        var target = Target with { Headers = Target.Headers with { IdempotencyKey = null } };
        var reply = await WriteAsync(target, AnswerKind.StoreBatch, patches);
        return reply.Rejection switch
        {
            null => true,
            { Status: 404 or 412 } => false,
            var rejection => throw StoreRefusal.Of(rejection),
        };
    }

    private Task<WriteReply> WriteAsync(WriteTarget target, AnswerKind answer, params WriteOperation[] operations) =>
        Core.WriteAsync(Context, target.Namespace, target.ToKey(Context), target.Body.Length, answer, operations);

    /// <summary>The namespace of Soma: that of the request as everywhere, or with one for each first label the one of that label.</summary>
    private static Problem? Resolve(HttpContext context, GatewayOptions options, TForm form, out NamespaceKey key)
    {
        if (!options.LangGraphPerLabel)
        {
            return NamespaceHeaders.Resolve(context, options.DefaultNamespace, form.Tenant, out key);
        }

        key = default;
        if (form.FirstLabel is not { Length: > 0 } label)
        {
            return new Problem(422, "Each first label has a namespace of Soma here (SOMA_LANGGRAPH_NAMESPACE), and no request goes over several: name the first label");
        }

        var name = NameOf(label);
        var header = context.Request.Headers[NamespaceHeaders.NamespaceHeader].ToString().Trim();
        return header.Length > 0 && header != name
            ? new Problem(400, $"The items of the label '{label}' are in the namespace '{name}', and {NamespaceHeaders.NamespaceHeader} names another")
            : NamespaceHeaders.Resolve(context, name, form.Tenant, out key, name);
    }

    /// <summary>The name of a namespace for a label: the label, where <c>:</c> and two hexadecimal digits stand for a byte that names have not.</summary>
    private static string NameOf(string label)
    {
        var name = StoreItem.Quote(label).Replace('%', ':').Replace("~", ":7E", StringComparison.Ordinal);
        // No other name has two colons in a row.
        return name.Length <= NamespaceKey.MaxNameLength ? name : $"::{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(label)))}";
    }
}
