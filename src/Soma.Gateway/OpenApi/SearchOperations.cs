using Soma.Gateway.Answers;
using Soma.Gateway.Requests;

namespace Soma.Gateway.OpenApi;

internal static class SearchOperations
{
    private const string Tag = "Search";
    private const string HitsExample =
        """{"memories":[{"coord":"42.0,17.0","coordinate":[42.0,17.0],"payload":{"title":"Launch checklist signed"},"memory_type":"episodic","importance":0.9,"score":0.87,"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00","seq":1,"embedding_source":"soma-fast"}],"degraded":false,"refining":0}""";

    public static OperationDoc Search { get; } = new("searchMemories", Tag, "Find memories by meaning, word, vector or filter")
    {
        Body = SearchFields.Search,
        BodyExample = """{"query":"who signed the launch checklist","top_k":5,"filters":{"topic":"product"}}""",
        Answer = typeof(Hits),
        AnswerExample = HitsExample,
        IsRead = true,
    };

    public static OperationDoc SearchByQuery { get; } = new("searchMemoriesByQuery", Tag, "Find memories, asked in the query string")
    {
        Query = SearchFields.Search,
        Answer = typeof(Hits),
        AnswerExample = HitsExample,
        IsRead = true,
    };
}
