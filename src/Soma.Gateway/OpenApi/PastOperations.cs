namespace Soma.Gateway.OpenApi;

/// <summary>The documentation of the routes of the past.</summary>
internal static class PastOperations
{
    public static OperationDoc History { get; } = new("getMemoryHistory", "The versions of a memory, newest first")
    {
        Description = "Every version that was ever stored under the key, and every delete. A version whose content was compacted or purged is listed without it, and says so.",
        AnswerExample = """{"versions":[{"seq":9,"version":2,"op":"delete","at":"2026-01-03T03:04:05.678901+00:00","memory_type":"episodic","created_at":"2026-01-02T03:04:05.678901+00:00"},{"seq":4,"version":2,"op":"put","at":"2026-01-02T04:04:05.678901+00:00","content":"kept","payload":{"title":"Launch checklist signed"},"memory_type":"episodic","importance":0.9,"created_at":"2026-01-02T03:04:05.678901+00:00"}],"next_cursor":null}""",
        Errors = [404],
    };

    public static OperationDoc Revert { get; } = new("revertMemory", "Store an earlier version of a memory again")
    {
        Description = "The content of the version (payload, text, brought vector, type, importance, expiry) becomes the next version. An expiry that is over is left out. A deleted memory comes back; its links do not.",
        BodyExample = """{"version":1}""",
        AnswerExample = """{"coord":"42.0,17.0","memory_type":"episodic","ok":true,"seq":10,"version":3,"embedding_source":"soma-fast-2"}""",
        Errors = [404, 410],
        HasETag = true,
    };
}
