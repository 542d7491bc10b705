namespace Soma.Gateway.OpenApi;

/// <summary>The documentation of the routes of the past.</summary>
internal static class PastOperations
{
    public static OperationDoc History { get; } = new("getMemoryHistory", "The versions of a memory, newest first")
    {
        Description = "Every version that was ever stored under the key, and every delete. A version whose content was compacted or purged is listed without it, and says so.",
        AnswerExample = """{"versions":[{"seq":9,"version":2,"op":"delete","at":"2026-01-03T03:04:05.678901+00:00","by":"root","memory_type":"episodic","created_at":"2026-01-02T03:04:05.678901+00:00"},{"seq":4,"version":2,"op":"put","at":"2026-01-02T04:04:05.678901+00:00","by":"front-desk (k7m2)","content":"kept","payload":{"title":"Launch checklist signed"},"memory_type":"episodic","importance":0.9,"created_at":"2026-01-02T03:04:05.678901+00:00"}],"next_cursor":null}""",
        Errors = [404],
    };

    public static OperationDoc Revert { get; } = new("revertMemory", "Store an earlier version of a memory again")
    {
        Description = "The content of the version (payload, text, brought vector, type, importance, expiry) becomes the next version. An expiry that is over is left out. A deleted memory comes back; its links do not.",
        BodyExample = """{"version":1}""",
        AnswerExample = """{"coord":"42.0,17.0","memory_type":"episodic","ok":true,"seq":10,"version":3,"embedding_source":"soma-fast-2"}""",
        Errors = [404, 410, 507],
        HasETag = true,
    };

    public static OperationDoc Rewind { get; } = new("rewindNamespace", "Make a namespace equal to a moment of its past")
    {
        Description = "A series of ordinary commits, each deciding again what still differs, not one. It is itself undone by another rewind, to the time before it. An expiry that is over is left out. Past the deadline the answer is a 504 that says how far it came; the same request with the same Idempotency-Key goes on.",
        BodyExample = """{"as_of":"2026-01-02T03:04:05Z","dry_run":true}""",
        AnswerExample = """{"name":"default","as_of":12,"stored":3,"deleted":1,"linked":0,"unlinked":2}""",
        Errors = [410, 507],
    };

    public static OperationDoc Diff { get; } = new("diffNamespace", "Which memories two states do not share")
    {
        Description = "Two moments of one namespace, or the presents of two. Equal content (payload, text, type, importance, expiry, brought vector) is no change, whatever the versions. Links are not compared.",
        AnswerExample = """{"from_seq":1,"to_seq":9,"changes":[{"coord":"42.0,17.0","change":"changed","from":{"seq":1,"version":1},"to":{"seq":4,"version":2}}],"next_cursor":null}""",
        Errors = [410],
    };
}
