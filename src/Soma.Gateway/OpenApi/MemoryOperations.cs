using Soma.Gateway.Answers;
using Soma.Gateway.Requests;

namespace Soma.Gateway.OpenApi;

internal static class MemoryOperations
{
    private const string Tag = "Memories";
    private const string MemoryExample =
        """{"coord":"42.0,17.0","coordinate":[42.0,17.0],"payload":{"title":"Launch checklist signed","importance":0.9},"memory_type":"episodic","importance":0.9,"importance_norm":1.0,"access_count":1,"metadata":{},"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00","timestamp":1767323045.678901,"expires_at":null,"version":1,"seq":1,"embedding_source":"soma-fast"}""";

    private const string StoredExample =
        """{"coord":"42.0,17.0","memory_type":"episodic","ok":true,"seq":1,"version":1,"embedding_source":"soma-fast"}""";

    public static OperationDoc Store { get; } = new("storeMemory", Tag, "Store a memory")
    {
        Description = "The same coordinate again replaces the memory; its version goes on. A 200 is durable and visible to every read and search that follows.",
        Body = MemoryFields.Store,
        BodyExample = """{"coord":"42.0,17.0","payload":{"title":"Launch checklist signed","importance":0.9},"memory_type":"episodic"}""",
        Answer = typeof(Stored),
        AnswerExample = StoredExample,
        IsWrite = true,
        IsConditional = true,
        HasETag = true,
    };

    public static OperationDoc StoreBatch { get; } = new("storeMemories", Tag, "Store many memories, all or none")
    {
        Body = MemoryFields.Batch,
        BodyExample = """{"items":[{"coord":"1,2","payload":{"text":"first"}},{"coord":"3,4","payload":{"text":"second"}}]}""",
        Answer = typeof(StoredBatch),
        IsWrite = true,
    };

    public static OperationDoc Get { get; } = new("getMemory", Tag, "Read a memory")
    {
        Query = MemoryFields.Get,
        Answer = typeof(OneMemory),
        AnswerExample = $$"""{"memory":{{MemoryExample}}}""",
        Errors = [404],
        IsRead = true,
        HasETag = true,
    };

    public static OperationDoc Patch { get; } = new("patchMemory", Tag, "Change parts of a memory")
    {
        Description = "A JSON merge patch on the payload, and/or another text, type, importance, vector or expiry. A text that was given stays until it is patched.",
        Body = MemoryFields.Patch,
        BodyExample = """{"payload":{"topic":"product","draft":null},"importance":0.5}""",
        Answer = typeof(Stored),
        AnswerExample = StoredExample,
        Errors = [404],
        IsWrite = true,
        IsConditional = true,
        HasETag = true,
    };

    public static OperationDoc Delete { get; } = new("deleteMemory", Tag, "Delete a memory and the links to and from it")
    {
        Query = MemoryFields.Delete,
        Answer = typeof(DeletedMemory),
        AnswerExample = """{"coord":"42.0,17.0","deleted":true,"seq":2}""",
        IsWrite = true,
        IsConditional = true,
    };

    public static OperationDoc List { get; } = new("listMemories", Tag, "List memories, page by page")
    {
        Query = MemoryFields.List,
        Answer = typeof(MemoryPage),
        AnswerExample = $$"""{"memories":[{{MemoryExample}}],"next_cursor":null}""",
        IsRead = true,
    };

    public static OperationDoc DeleteMany { get; } = new("deleteMemories", Tag, "Delete what passes a filter, or a list of coordinates")
    {
        Description = "A series of commits of at most 1,000 memories, not one. Past the deadline the answer is a 504 that holds the count so far; the same request with the same Idempotency-Key goes on.",
        Body = MemoryFields.DeleteMany,
        BodyExample = """{"filters":{"topic":"product","importance":{"$lt":0.2}},"dry_run":true}""",
        Answer = typeof(DeletedCount),
        AnswerExample = """{"deleted":12}""",
        IsWrite = true,
    };
}
