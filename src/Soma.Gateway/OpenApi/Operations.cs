namespace Soma.Gateway.OpenApi;

/// <summary>The documentation of each route: its name, its summary, an example of its body and of its answer.</summary>
internal static class Operations
{
    private const string MemoryExample =
        """{"coord":"42.0,17.0","coordinate":[42.0,17.0],"payload":{"title":"Launch checklist signed","importance":0.9},"memory_type":"episodic","importance":0.9,"importance_norm":1.0,"access_count":1,"metadata":{},"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00","timestamp":1767323045.678901,"expires_at":null,"version":1,"seq":1,"embedding_source":"soma-fast-2"}""";

    private const string StoredExample =
        """{"coord":"42.0,17.0","memory_type":"episodic","ok":true,"seq":1,"version":1,"embedding_source":"soma-fast-2"}""";

    public static OperationDoc Store { get; } = new("storeMemory", "Store a memory")
    {
        Description = "The same coordinate again replaces the memory; its version goes on. A 200 is durable and visible to every read and search that follows.",
        BodyExample = """{"coord":"42.0,17.0","payload":{"title":"Launch checklist signed","importance":0.9},"memory_type":"episodic"}""",
        AnswerExample = StoredExample,
        Errors = [507],
        HasETag = true,
    };

    public static OperationDoc StoreBatch { get; } = new("storeMemories", "Store many memories, all or none") { Errors = [507], BodyExample = """{"items":[{"coord":"1,2","payload":{"text":"first"}},{"coord":"3,4","payload":{"text":"second"}}]}""" };
    public static OperationDoc Get { get; } = new("getMemory", "Read a memory")
    {
        AnswerExample = $$"""{"memory":{{MemoryExample}}}""",
        Errors = [404, 410],
        HasETag = true,
    };

    public static OperationDoc Patch { get; } = new("patchMemory", "Change parts of a memory")
    {
        Description = "A JSON merge patch on the payload, and/or another text, type, importance, vector or expiry. A text that was given stays until it is patched.",
        BodyExample = """{"payload":{"topic":"product","draft":null},"importance":0.5}""",
        AnswerExample = StoredExample,
        Errors = [404, 507],
        HasETag = true,
    };

    public static OperationDoc Delete { get; } = new("deleteMemory", "Delete a memory and the links to and from it") { AnswerExample = """{"coord":"42.0,17.0","deleted":true,"seq":2}""" };
    public static OperationDoc List { get; } = new("listMemories", "List memories, page by page") { AnswerExample = $$"""{"memories":[{{MemoryExample}}],"next_cursor":null}""", Errors = [410] };
    public static OperationDoc ListRange { get; } = new("listMemoriesInRange", "List the memories whose coordinates lie in a box, page by page") { AnswerExample = List.AnswerExample, Errors = [410] };
    public static OperationDoc DeleteMany { get; } = new("deleteMemories", "Delete what passes a filter, or a list of coordinates")
    {
        Description = "A series of commits of at most 1,000 memories, not one. Past the deadline the answer is a 504 that holds the count so far; the same request with the same Idempotency-Key goes on.",
        BodyExample = """{"filters":{"topic":"product","importance":{"$lt":0.2}},"dry_run":true}""",
        AnswerExample = """{"deleted":12}""",
    };

    private const string HitsExample =
        """{"memories":[{"coord":"42.0,17.0","coordinate":[42.0,17.0],"payload":{"title":"Launch checklist signed"},"memory_type":"episodic","importance":0.9,"score":0.87,"relevance":0.91,"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00","seq":1,"embedding_source":"soma-fast-2"}],"degraded":false,"refining":0}""";

    public static OperationDoc Search { get; } = new("searchMemories", "Find memories by meaning, word, vector or filter")
    {
        BodyExample = """{"query":"who signed the launch checklist","top_k":5,"filters":{"topic":"product"}}""",
        AnswerExample = HitsExample,
        Errors = [410],
    };

    public static OperationDoc SearchByQuery { get; } = new("searchMemoriesByQuery", "Find memories, asked in the query string") { AnswerExample = HitsExample, Errors = [410] };
    public static OperationDoc Link { get; } = new("storeLink", "Make or replace a link")
    {
        Description = "The end points need not exist as memories.",
        BodyExample = """{"from_coord":"1,2,3","to_coord":"4,5,6","link_type":"related","strength":0.8}""",
        AnswerExample = """{"from_coord":"1.0,2.0,3.0","to_coord":"4.0,5.0,6.0","link_type":"related","ok":true,"seq":3}""",
    };

    public static OperationDoc Unlink { get; } = new("deleteLink", "Remove a link")
    {
        Description = "The keys stand in a body, or, without one, in the query.",
        BodyExample = """{"from_coord":"1,2,3","to_coord":"4,5,6","link_type":"related"}""",
    };

    public static OperationDoc Neighbors { get; } = new("getNeighbors", "Coordinates within some hops of one, once for each link that reaches them") { AnswerExample = """{"coord":"1.0,2.0,3.0","neighbors":[{"coord":"4.0,5.0,6.0","coordinate":[4.0,5.0,6.0],"link_type":"related","strength":0.8,"metadata":{},"hops":1,"direction":"out","via":"1.0,2.0,3.0"}]}""", Errors = [410] };
    public static OperationDoc PathBetween { get; } = new("findPath", "A path between two coordinates") { AnswerExample = """{"from_coord":"1.0,2.0,3.0","to_coord":"4.0,5.0,6.0","path":["1.0,2.0,3.0","4.0,5.0,6.0"],"link_types":["related"],"found":true}""", Errors = [410] };

    public static OperationDoc Changes { get; } = new("listChanges", "What changed after a seq, in order")
    {
        Description = "Every committed change once, in the order of its seq, without a gap: a consumer that applies them from after=0 rebuilds the namespace. With Accept: text/event-stream the changes are streamed as server-sent events, whose ids are the seqs; Last-Event-ID goes on after one. The first event is named log and names the log; reset says that the namespace has another log now.",
        AnswerExample = """{"changes":[{"seq":17,"op":"put","coord":"@user-42/msg-7","at":"2026-01-02T03:04:05.678901+00:00","by":"front-desk (k7m2)","version":1,"memory_type":"episodic","importance":1.0,"created_at":"2026-01-02T03:04:05.678901+00:00","payload":{"text":"The kettle is blue"},"embedding_brought":false,"content":"kept"},{"seq":18,"op":"delete","coord":"1.0,2.0","at":"2026-01-02T03:04:06.678901+00:00","by":"root","version":3}],"next_after":18,"log":"4"}""",
        Errors = [410],
    };

    private const string SettingsExample =
        """{"name":"default","tenant":"default","embedder":null,"sequence_fields":["session_id","conversation_id","thread_id"],"search_fields":null,"ignore_fields":[],"brought_space":null,"recency_half_life_days":30,"ttl_seconds":null,"max_memories":null,"max_bytes":null,"quota_memories":null,"quota_bytes":null,"evict":"oldest","evicting":false,"half_life_days":null,"relevance":null,"retention_days":30,"keep_versions":10}""";

    public static OperationDoc GetNamespace { get; } = new("getNamespace", "The settings of a namespace") { AnswerExample = SettingsExample };
    public static OperationDoc ListNamespaces { get; } = new("listNamespaces", "The namespaces of a tenant, by name, page by page")
    {
        AnswerExample = """{"namespaces":[{"name":"default","tenant":"default","total":3,"episodic":2,"semantic":1,"belief":0,"vector_count":3,"bytes":412,"head_seq":17,"created_at":"2026-01-02T03:04:05.678901+00:00","last_write_at":"2026-01-03T03:04:05.678901+00:00"}],"next_cursor":null}""",
    };

    public static OperationDoc NamespaceMap { get; } = new("getNamespaceMap", "The memories of a namespace as points of a plane, near each other by meaning")
    {
        Description = "Answers at once. The map is made in the background by the silo that owns the namespace, from the vectors that searches compare, and may be some writes old: map_seq says which seq it shows. Equal memories give an equal map.",
        AnswerExample = """{"name":"default","head_seq":17,"map_seq":17,"making":false,"progress":null,"map":{"memories":3,"shown":3,"without_vector":0,"partial":false,"clusters":[{"x":5000,"y":4200,"size":3,"words":["launch","checklist"]}],"coords":["42.0,17.0","@a","@b"],"x":[4100,5200,5700],"y":[4000,4300,4300],"cluster":[0,0,0]}}""",
        Accepted = "The first map is being made; progress says how far it is.",
    };

    public static OperationDoc ExportNamespace { get; } = new("exportNamespace", "A namespace with its history as JSON Lines, as of one seq")
    {
        Description = "The file that soma export writes: a header, a line for each change in the order of their seqs, and a last line with their hash. An export without its last line is incomplete. X-Soma-Seq is the seq that it ends at.",
        Errors = [404],
    };

    public static OperationDoc ImportNamespace { get; } = new("importNamespace", "Add an export to a namespace")
    {
        Description = "The body is the JSON Lines of an export, of any length. Its changes are written as ordinary commits while it arrives, so other readers see it grow. The same body under the same Idempotency-Key goes on where an earlier request broke off, and applies nothing twice; with replace it begins anew.",
        AnswerExample = """{"name":"default","tenant":"default","lines":19,"memories":14,"links":2,"deletes":1}""",
        Errors = [507],
    };

    public static OperationDoc DeleteNamespace { get; } = new("deleteNamespace", "Delete a namespace with its memories, links, history and settings")
    {
        Description = "Answers when nobody can read anything of it any more. A namespace of the same name that is written afterwards is another one and begins at seq 1.",
        AnswerExample = """{"name":"default","tenant":"default","deleted":true,"head_seq":17}""",
        Errors = [404],
    };

    public static OperationDoc Reindex { get; } = new("reindexNamespace", "Make the derived data of a namespace anew from the store") { AnswerExample = """{"name":"default","reindexing":true}""" };
    public static OperationDoc Fork { get; } = new("forkNamespace", "Copy the state of a namespace at a moment to a new name")
    {
        Description = "The copy is independent, and there whole or not at all. Versions and times are kept, and settings copied. Without history its log begins with the state, numbered anew in the order of the last writes; with history it has the log up to the moment. The namespace can be written to meanwhile.",
        BodyExample = """{"to":"experiment","as_of":17}""",
        AnswerExample = """{"namespace":"experiment","seq":12,"memories":10,"links":2}""",
        Errors = [404, 410],
    };

    public static OperationDoc PutNamespace { get; } = new("putNamespace", "Replace the settings of a namespace")
    {
        BodyExample = """{"embedder":"fast","sequence_fields":["chat"]}""",
        AnswerExample = SettingsExample,
    };

    private const string FlagsExample = """{"kv_store":true,"vector_store":true,"graph_store":true}""";

    public static OperationDoc Stats { get; } = new("getStats", "Counts of memories")
    {
        AnswerExample = """{"total_memories":3,"episodic":2,"semantic":1,"belief":0,"vector_count":3,"namespaces":{"default":{"total":3,"episodic":2,"semantic":1}},"vector_collections":{"default":3}}""",
        Errors = [503],
    };

    public static OperationDoc Readiness { get; } = new("getReadiness", "Whether the service works now")
    {
        AnswerExample = FlagsExample,
        Errors = [503],
    };

    public static OperationDoc Liveness { get; } = new("getLiveness", "Which capabilities work now; an error only when the process must be restarted") { AnswerExample = FlagsExample };
    public static OperationDoc Health { get; } = new("getHealth", "How each component is") { AnswerExample = """{"kv_store":true,"vector_store":true,"graph_store":true,"status":"healthy","healthy":true,"version":"0.1.0","uptime_seconds":12.5,"components":[{"name":"store","healthy":true,"latency_ms":0.4,"detail":"postgres"}]}""" };
    public static OperationDoc Cluster { get; } = new("getCluster", "The silos, and what each says of itself")
    {
        Description = "For callers with the scope admin in all namespaces of their tenant. The answer is at most a second old. The figures are what the silo says of itself; null: it did not answer in time, is not active, or is of a version without figures.",
        AnswerExample = """{"silos":[{"name":"silo-0","address":"10.0.0.5:11111@123456789","status":"active","figures":{"version":"0.1.0","started_at":"2026-01-02T03:04:05.678901+00:00","namespaces":3,"queue_rows":0,"refining":0,"index_lag":0,"searches_waiting":0,"held_bytes":1048576,"budget_bytes":1073741824,"cpu_percent":12.5,"memory_bytes":268435456,"dashboard":null}}]}""",
        Errors = [503],
    };

    public static OperationDoc Live { get; } = new("getProcessLiveness", "Whether this process runs");
    public static OperationDoc Ready { get; } = new("getProcessReadiness", "Whether to send this process requests") { Errors = [503] };
    public static OperationDoc Metrics { get; } = new("getMetrics", "Prometheus metrics");
    public static OperationDoc FrontPage { get; } = new("getFrontPage", "What runs here");
    public static OperationDoc Ping { get; } = new("ping", "Answers");
}
