using System.Text.Json;

namespace Soma.Bench.Retrieval;

/// <summary>One turn of a conversation.</summary>
public sealed record EvalMemory(string Conv, string Id, JsonElement Session, string Date, string Speaker, string Text)
{
    public object Payload() => new { text = $"{Speaker}: {Text}", speaker = Speaker, session_id = Session, date = Date };
}

/// <summary>One question, with the turns that hold the evidence for its answer.</summary>
public sealed record EvalQuery(string Conv, string Qid, string Category, string Query, string[] Gold);

/// <summary>Conversations with questions, read from <c>memories.jsonl</c> and <c>queries.jsonl</c>.</summary>
public sealed record EvalSet(IReadOnlyList<EvalMemory> Memories, IReadOnlyList<EvalQuery> Queries)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static EvalSet Load(string folder) => new(
        Read<EvalMemory>(Path.Combine(folder, "memories.jsonl")), Read<EvalQuery>(Path.Combine(folder, "queries.jsonl")));

    private static List<T> Read<T>(string path) =>
        [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<T>(line, Options) ?? throw new InvalidDataException(path))];
}
