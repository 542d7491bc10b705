namespace Soma.Gateway.Answers;

internal sealed record ProblemDetails
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    [Description("The fields at fault.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FieldFault[]? Errors { get; init; }

    [Description("Of a 504 on a write: not_applied, partly_applied or unknown.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    [Description("Of a 504 on deleting many: how many are deleted so far.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Deleted { get; init; }

    [Description("Of a 503 on /readyz.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? KvStore { get; init; }

    [Description("Of a 503 on /readyz.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? VectorStore { get; init; }

    [Description("Of a 503 on /readyz.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? GraphStore { get; init; }

    public required string RequestId { get; init; }
}

internal sealed record FieldFault
{
    [JsonPropertyName("loc")]
    [Description("The path to the field: names and indexes.")]
    public required object[] Location { get; init; }

    [JsonPropertyName("msg")]
    public required string Message { get; init; }

    public required string Type { get; init; }
}
