namespace Soma.Gateway.OpenApi;

/// <summary>The documentation of the routes of access keys.</summary>
internal static class KeyOperations
{
    // Without its first quotation mark, with which no raw string can begin.
    private const string KeyExample =
        """id":"7h2k9m4q1x","name":"ci-agent","tenant":"default","namespaces":["ci","ci-*"],"scopes":["read","write"],"expires_at":null,"limits":{"requests_per_minute":600,"memories":null,"bytes":null},"created_at":"2026-01-02T03:04:05.678901+00:00","created_by":"root","previous_works_until":null""";

    private const string TokenExample = "\"key\":\"soma_7h2k9m4q1x_kq0m0q2f1o3dYB7zKXx4bZC5yT8wNnVJr6uEaHs9PGc\",";

    public static OperationDoc Make { get; } = new("makeKey", "Make an access key")
    {
        Description = "The answer is the only one that holds the token. A key can only make keys that allow no more than it does itself. The request is not repeated under an Idempotency-Key, because that would mean to keep the token: a second one makes a second key.",
        BodyExample = """{"name":"ci-agent","namespaces":["ci","ci-*"],"scopes":["read","write"],"limits":{"requests_per_minute":600}}""",
        AnswerExample = $$"""{{{TokenExample}}"{{KeyExample}}}""",
    };

    public static OperationDoc List { get; } = new("listKeys", "The access keys that are in force, by tenant and id, page by page")
    {
        Description = "Root sees those of every tenant unless the request names one. A key sees those of its tenant that allow no more than it does itself.",
        AnswerExample = $$$"""{"keys":[{"{{{KeyExample}}},"usage":{"requests":90,"memories":12,"bytes":4096,"last_used_at":"2026-01-03T03:04:05.678901+00:00"}}],"next_cursor":null}""",
    };

    public static OperationDoc Rotate { get; } = new("rotateKey", "Give an access key another token")
    {
        Description = "The token before works for overlap_seconds more, and one before that no longer.",
        BodyExample = """{"overlap_seconds":3600}""",
        AnswerExample = $$"""{{{TokenExample}}"{{KeyExample}}}""",
        Errors = [404],
    };

    public static OperationDoc Revoke { get; } = new("revokeKey", "End an access key for ever")
    {
        Description = "Answers when that is stored. Five seconds later no gateway accepts the key.",
        AnswerExample = """{"id":"7h2k9m4q1x","revoked":true}""",
        Errors = [404],
    };

    public static OperationDoc WhoAmI { get; } = new("getCaller", "Who the sender of the request is, and what they may do")
    {
        AnswerExample = """{"kind":"key","id":"7h2k9m4q1x","by":"ci-agent (7h2k9m4q1x)","tenant":"default","namespaces":["ci","ci-*"],"scopes":["read","write"],"expires_at":null,"limits":{"requests_per_minute":600,"memories":null,"bytes":null}}""",
    };
}
