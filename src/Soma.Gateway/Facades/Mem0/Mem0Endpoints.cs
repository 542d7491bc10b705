namespace Soma.Gateway.Mem0;

/// <summary>The paths of mem0's platform, and under <c>/mem0</c> also those of its open-source server.</summary>
internal static class Mem0Endpoints
{
    private const string Prefix = "/mem0";
    private const string Project = "/api/v1/orgs/organizations/{org}/projects/{project}";

    // The rate limits are those of the routes of Soma that do the same.
    private const string Batch = "/memories.batch";
    private const string List = "/memories.list";
    private const string Fetch = "/memories.fetch";
    private const string Patch = "/memories.patch";
    private const string Delete = "/memories.delete";
    private const string Search = "/memories.search";
    private const string Past = "/memories.history";

    private const string NeedsModel = "needs a language model, and Soma has none";

    // No quiet 404: a client that asks for one of these is told why it is not there.
    private static readonly (string Path, string Reason)[] _unserved =
    [
        ("/v1/feedback", "Feedback is not served: nothing in Soma learns from it"),
        ("/v1/exports", $"Exports with a schema are not served: making them {NeedsModel}"),
        ("/v1/exports/get", $"Exports with a schema are not served: making them {NeedsModel}"),
        ("/v1/summary", $"Summaries are not served: making one {NeedsModel}"),
        ("/v2/entities/{type}/{id}/profile", $"Profiles are not served: making one {NeedsModel}"),
        ("/v2/profiles/settings", $"Profiles are not served: making one {NeedsModel}"),
        ("/v2/profiles/jobs", $"Profiles are not served: making one {NeedsModel}"),
        ("/api/v1/webhooks/projects/{project}", "Webhooks are not served: follow GET /changes, which loses no change"),
        ("/api/v1/webhooks/{id}", "Webhooks are not served: follow GET /changes, which loses no change"),
    ];

    private static readonly (string Path, string Reason)[] _unservedOfServer =
    [
        ("/reset", "Reset is not served: delete the namespace with DELETE /namespaces/{name}"),
        ("/configure", "Configuring models is not served: Soma calls no language model"),
        ("/configure/providers", "Configuring models is not served: Soma calls no language model"),
        ("/generate-instructions", $"Generating instructions {NeedsModel}"),
    ];

    /// <summary>Maps the paths once: they carry versions of their own.</summary>
    public static void MapMem0(this WebApplication app)
    {
        app.MapGroup("").WithSomaConventions().ExcludeFromDescription().MapPlatform();
        var under = app.MapGroup(Prefix).WithSomaConventions().ExcludeFromDescription();
        under.MapPlatform();
        under.MapServer();
    }

    private static void MapPlatform(this IEndpointRouteBuilder routes)
    {
        var mem0 = routes.MapProtected("mem0").WithMetadata(TokenScheme.Instance);
        mem0.Map("GET", "/v1/ping", Scopes.Read, Fetch, Mem0Reads.PingAsync);
        mem0.Map("POST", "/v3/memories/add", Scopes.Write, Batch, AddAsync);
        mem0.Map("POST", "/v1/memories", Scopes.Write, Batch, async call => new Mem0Answer(WithMessage(await Mem0Writes.AddAsync(call))));
        mem0.Map("POST", "/v3/memories/search", Scopes.Read, Search, call => Mem0Reads.SearchAsync(call, 10, isBare: false));
        mem0.Map("POST", "/v2/memories/search", Scopes.Read, Search, call => Mem0Reads.SearchAsync(call, 10, isBare: true));
        mem0.Map("POST", "/v1/memories/search", Scopes.Read, Search, call => Mem0Reads.SearchAsync(call, 10, isBare: true));
        mem0.Map("POST", "/v3/memories", Scopes.Read, List, call => Mem0Reads.ListAsync(call, isPaged: true));
        mem0.Map("POST", "/v2/memories", Scopes.Read, List, call => Mem0Reads.ListAsync(call, isPaged: false));
        mem0.Map("GET", "/v1/memories", Scopes.Read, List, call => Mem0Reads.ListAsync(call, isPaged: false));
        mem0.Map("DELETE", "/v1/memories", Scopes.Delete, Delete, Mem0Writes.DeleteAllAsync);
        mem0.Map("GET", "/v1/memories/{id}", Scopes.Read, Fetch, Mem0Reads.GetAsync);
        mem0.Map("PUT", "/v1/memories/{id}", Scopes.Write, Patch, Mem0Writes.UpdateAsync);
        mem0.Map("DELETE", "/v1/memories/{id}", Scopes.Delete, Delete, Mem0Writes.DeleteAsync);
        mem0.Map("GET", "/v1/memories/{id}/history", Scopes.Read, Past, Mem0Reads.HistoryAsync);
        mem0.Map("PUT", "/v1/batch", Scopes.Write, Batch, Mem0Writes.UpdateBatchAsync);
        mem0.Map("DELETE", "/v1/batch", Scopes.Delete, Delete, Mem0Writes.DeleteBatchAsync);
        mem0.Map("GET", "/v1/entities", Scopes.Read, List, Mem0Reads.EntitiesAsync);
        mem0.Map("DELETE", "/v1/entities/{type}/{id}", Scopes.Delete, Delete, Mem0Writes.DeleteEntityAsync);
        mem0.Map("DELETE", "/v2/entities/{type}/{id}", Scopes.Delete, Delete, Mem0Writes.DeleteEntityAsync);
        mem0.Map("GET", "/v1/event/{id}", Scopes.Read, List, Mem0Reads.EventAsync);
        mem0.Map("GET", "/v1/events", Scopes.Read, List, Mem0Reads.EventsAsync);
        mem0.Map("GET", Project, Scopes.Read, Fetch, Mem0Reads.ProjectAsync);
        mem0.Map("PATCH", Project, Scopes.Write, Fetch, _ => throw new Mem0Refusal(501, $"Settings of a project are not served: following instructions {NeedsModel}"));
        mem0.Refuse(_unserved);
    }

    private static void MapServer(this IEndpointRouteBuilder routes)
    {
        var mem0 = routes.MapProtected("mem0").WithMetadata(TokenScheme.Instance);
        void Map(string method, string path, Scopes scope, string group, Func<Mem0Call, Task<Mem0Answer>> handler) => mem0.Map(method, path, scope, group, handler, isServer: true);
        Map("POST", "/memories", Scopes.Write, Batch, async call => Of(await Mem0Writes.AddAsync(call)));
        Map("GET", "/memories", Scopes.Read, List, Mem0Reads.ListServerAsync);
        Map("DELETE", "/memories", Scopes.Delete, Delete, Mem0Writes.DeleteAllAsync);
        Map("GET", "/memories/{id}", Scopes.Read, Fetch, Mem0Reads.GetAsync);
        Map("PUT", "/memories/{id}", Scopes.Write, Patch, Mem0Writes.UpdateAsync);
        Map("DELETE", "/memories/{id}", Scopes.Delete, Delete, Mem0Writes.DeleteAsync);
        Map("GET", "/memories/{id}/history", Scopes.Read, Past, Mem0Reads.HistoryAsync);
        Map("POST", "/search", Scopes.Read, Search, call => Mem0Reads.SearchAsync(call, 20, isBare: false));
        Map("GET", "/entities", Scopes.Read, List, Mem0Reads.EntitiesAsync);
        Map("DELETE", "/entities/{type}/{id}", Scopes.Delete, Delete, Mem0Writes.DeleteEntityAsync);
        mem0.Refuse(_unservedOfServer);
    }

    private static void Map(
        this IEndpointRouteBuilder routes, string method, string path, Scopes scope, string rateGroup, Func<Mem0Call, Task<Mem0Answer>> handler, bool isServer = false) =>
        routes.MapMethods(path, [method], Mem0Call.Handler(handler, isServer)).LimitedAs(rateGroup).Needs(scope);

    private static void Refuse(this IEndpointRouteBuilder routes, (string Path, string Reason)[] unserved)
    {
        foreach (var (path, reason) in unserved)
        {
            routes.MapMethods(path, ["GET", "POST", "PUT", "PATCH", "DELETE"], () => new Mem0Refusal(501, reason).ToResult()).LimitedAs(Fetch).Needs(Scopes.Read);
        }
    }

    private static async Task<Mem0Answer> AddAsync(Mem0Call call)
    {
        var added = await Mem0Writes.AddAsync(call);
        return Of(added);
    }

    // The write is durable when it is answered, so nothing is pending.
    private static Mem0Answer Of((JsonArray Results, string? Event, string Message) added) => new(new JsonObject
    {
        ["event_id"] = added.Event,
        ["status"] = "SUCCEEDED",
        ["message"] = added.Message,
        ["results"] = added.Results,
    });

    /// <summary>The list of the first versions has no place for a message but its items.</summary>
    private static JsonArray WithMessage((JsonArray Results, string? Event, string Message) added)
    {
        foreach (var item in added.Results.OfType<JsonObject>())
        {
            (item["event_id"], item["message"]) = (added.Event, added.Message);
        }

        return added.Results;
    }
}
