using Soma.Gateway.Answers;
using Soma.Gateway.OpenApi.Schemas;

namespace Soma.Gateway.OpenApi;

internal static class SearchOperations
{
    private const string Tag = "Search";
    private const string HitsExample =
        """{"memories":[{"coord":"42.0,17.0","coordinate":[42.0,17.0],"payload":{"title":"Launch checklist signed"},"memory_type":"episodic","importance":0.9,"score":0.87,"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00","seq":1,"embedding_source":"soma-fast"}],"degraded":false,"refining":0}""";

    public static OperationDoc Search { get; } = new("searchMemories", Tag, "Find memories by meaning, word, vector or filter")
    {
        Body = typeof(Search),
        BodyExample = """{"query":"who signed the launch checklist","top_k":5,"filters":{"topic":"product"}}""",
        Answer = typeof(Hits),
        AnswerExample = HitsExample,
        IsRead = true,
    };

    public static OperationDoc SearchByQuery { get; } = new("searchMemoriesByQuery", Tag, "Find memories, asked in the query string")
    {
        Query =
        [
            new ParameterDoc("query", "May be empty.", typeof(string)),
            new ParameterDoc("top_k", "1–1000, default 5.", typeof(int)),
            new ParameterDoc("limit", "The same as top_k.", typeof(int)),
            new ParameterDoc("offset", "Default 0.", typeof(int)),
            new ParameterDoc("filters", "A filter object as JSON text.", typeof(string)),
            new ParameterDoc("memory_type", "Only memories of this type.", typeof(MemoryKind)),
            new ParameterDoc("embedding", "Base64 of little-endian float32.", typeof(string)),
            new ParameterDoc("mode", "Default hybrid.", typeof(Mode)),
            new ParameterDoc("min_score", "Least score of a hit, 0–1.", typeof(double)),
            new ParameterDoc("explain", "Whether hits carry the parts of their scores.", typeof(bool)),
            new ParameterDoc("include", "Comma-separated: payload, embedding. Default payload.", typeof(string)),
            new ParameterDoc("exact", "Forbids approximations.", typeof(bool)),
            new ParameterDoc("accurate", "Embeds the query by the sentence model.", typeof(bool)),
            new ParameterDoc("weights", "{\"recency\":0–1,\"importance\":0–1} as JSON text.", typeof(string)),
            new ParameterDoc("max_tokens", "Fills a budget of tokens, four bytes of payload each.", typeof(int)),
        ],
        Answer = typeof(Hits),
        AnswerExample = HitsExample,
        IsRead = true,
    };
}
