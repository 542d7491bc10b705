using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>What a search asks for, from a body or from the query.</summary>
internal sealed class SearchBody
{
    public const int DefaultTopK = 5;
    public const int MaxTopK = 1000;
    public const int MaxOffset = 1_000_000;

    /// <summary>How many memories may fill a token budget unless the request says how many it wants.</summary>
    public const int BudgetTopK = 100;

    private const int MaxMaxTokens = 10_000_000;

    public string Query { get; set; } = "";

    public int? TopK { get; set; }

    /// <summary>The alias of <see cref="TopK"/> that some clients send.</summary>
    public int? Limit { get; set; }

    public int Offset { get; set; }

    public byte[]? Filter { get; set; }

    public MemoryType? Type { get; set; }

    public byte[]? Embedding { get; set; }

    /// <summary>The alias of <see cref="Embedding"/> that some clients send.</summary>
    public byte[]? Vector { get; set; }

    public SearchMode Mode { get; set; }

    public double MinScore { get; set; }

    public bool Explain { get; set; }

    public bool IncludePayload { get; set; } = true;

    public bool IncludeEmbedding { get; set; }

    public bool Accurate { get; set; }

    public bool Exact { get; set; }

    public double RecencyWeight { get; set; }

    public double ImportanceWeight { get; set; }

    public int? MaxTokens { get; set; }

    public string? Tenant { get; set; }

    public SearchMemories ToQuery(TimeSpan patience) => new()
    {
        Query = Query,
        Vector = Embedding ?? Vector,
        TopK = TopK ?? Limit ?? (MaxTokens is null ? DefaultTopK : BudgetTopK),
        Offset = Offset,
        Filter = Filter,
        Type = Type,
        Mode = Mode,
        MinScore = MinScore,
        Explain = Explain,
        IncludeVector = IncludeEmbedding,
        Accurate = Accurate,
        Exact = Exact,
        RecencyWeight = RecencyWeight,
        ImportanceWeight = ImportanceWeight,
        MaxTokens = MaxTokens,
        OmitPayload = !IncludePayload,
        Patience = patience,
    };

    public static SearchBody ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors)
    {
        var search = new SearchBody();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!search.ReadWhat(ref reader, body, errors) && !search.ReadHow(ref reader, errors)
                && !SearchPreferences.Read(ref reader, search, errors) && !UnsupportedSearchFields.Read(ref reader, errors))
            {
                MemoryBody.Ignore(ref reader);
            }
        }

        return search;
    }

    public static SearchBody FromQuery(QueryText query)
    {
        var search = new SearchBody
        {
            Query = query.Get("query") ?? "",
            TopK = QueryFields.ParseInteger(query.Get("top_k"), query.Field("top_k"), 1, MaxTopK),
            Limit = QueryFields.ParseInteger(query.Get("limit"), query.Field("limit"), 1, MaxTopK),
            Offset = query.Integer("offset", 0, 0, MaxOffset),
            Filter = FilterFields.Parse(query.Get("filters"), query.Field("filters")),
            Type = QueryFields.ParseMemoryType(query.Get("memory_type"), query.Field("memory_type")),
            Embedding = ParseVector(query, "embedding") ?? ParseVector(query, "vector"),
            Mode = QueryFields.ParseMode(query.Get("mode"), query.Field("mode")) ?? SearchMode.Hybrid,
            Explain = query.Boolean("explain") ?? false,
            Accurate = query.Boolean("accurate") ?? false,
            Exact = query.Boolean("exact") ?? false,
            MaxTokens = QueryFields.ParseInteger(query.Get("max_tokens"), query.Field("max_tokens"), 1, MaxMaxTokens),
            Tenant = query.Get("tenant_id"),
        };
        search.SetMinScore(QueryFields.ParseNumber(query.Get("min_score"), query.Field("min_score")), query.Field("min_score"));
        search.SetInclude(query.Get("include")?.Split(',', StringSplitOptions.TrimEntries), query.Field("include"));
        SearchPreferences.ReadWeights(query, search);
        UnsupportedSearchFields.Check(query);
        return search;
    }

    private bool ReadWhat(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors)
    {
        if (MemoryBody.Is(ref reader, "query"u8))
        {
            Query = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "query")) ?? "";
        }
        else if (MemoryBody.Is(ref reader, "filters"u8))
        {
            Filter = FilterFields.Read(ref reader, body, new Field(errors, FieldScope.Body, "filters"));
        }
        else if (MemoryBody.Is(ref reader, "memory_type"u8))
        {
            Type = JsonFields.ReadMemoryType(ref reader, new Field(errors, FieldScope.Body, "memory_type"));
        }
        else if (MemoryBody.Is(ref reader, "embedding"u8))
        {
            Embedding = VectorFields.ReadVector(ref reader, new Field(errors, FieldScope.Body, "embedding"));
        }
        else if (MemoryBody.Is(ref reader, "vector"u8))
        {
            Vector = VectorFields.ReadVector(ref reader, new Field(errors, FieldScope.Body, "vector"));
        }
        else if (MemoryBody.Is(ref reader, "tenant_id"u8))
        {
            Tenant = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "tenant_id"));
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool ReadHow(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (MemoryBody.Is(ref reader, "top_k"u8))
        {
            TopK = JsonFields.ReadInteger(ref reader, new Field(errors, FieldScope.Body, "top_k"), 1, MaxTopK);
        }
        else if (MemoryBody.Is(ref reader, "limit"u8))
        {
            Limit = JsonFields.ReadInteger(ref reader, new Field(errors, FieldScope.Body, "limit"), 1, MaxTopK);
        }
        else if (MemoryBody.Is(ref reader, "offset"u8))
        {
            Offset = JsonFields.ReadInteger(ref reader, new Field(errors, FieldScope.Body, "offset"), 0, MaxOffset) ?? 0;
        }
        else if (MemoryBody.Is(ref reader, "mode"u8))
        {
            var field = new Field(errors, FieldScope.Body, "mode");
            Mode = QueryFields.ParseMode(JsonFields.ReadString(ref reader, field), field) ?? SearchMode.Hybrid;
        }
        else if (MemoryBody.Is(ref reader, "min_score"u8))
        {
            var field = new Field(errors, FieldScope.Body, "min_score");
            SetMinScore(JsonFields.ReadNumber(ref reader, field), field);
        }
        else if (MemoryBody.Is(ref reader, "explain"u8))
        {
            Explain = JsonFields.ReadBoolean(ref reader, new Field(errors, FieldScope.Body, "explain")) ?? false;
        }
        else if (MemoryBody.Is(ref reader, "max_tokens"u8))
        {
            MaxTokens = JsonFields.ReadInteger(ref reader, new Field(errors, FieldScope.Body, "max_tokens"), 1, MaxMaxTokens);
        }
        else if (MemoryBody.Is(ref reader, "include"u8))
        {
            var field = new Field(errors, FieldScope.Body, "include");
            SetInclude(ReadNames(ref reader, field), field);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static byte[]? ParseVector(QueryText query, string name) =>
        query.Get(name) is { } text ? VectorFields.Decode(text, query.Field(name)) : null;

    private void SetMinScore(double? score, Field field)
    {
        MinScore = score ?? 0;
        if (MinScore is < 0 or > 1)
        {
            field.IsWrong("Input should be a number from 0 to 1", "out_of_range");
        }
    }

    private void SetInclude(IReadOnlyCollection<string>? names, Field field)
    {
        if (names is null)
        {
            return;
        }

        IncludePayload = names.Contains("payload");
        IncludeEmbedding = names.Contains("embedding");
        if (names.Any(name => name is not ("payload" or "embedding")))
        {
            field.IsWrong("Input should be a list of 'payload' and 'embedding'", "literal_error");
        }
    }

    private static List<string>? ReadNames(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var names = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            field.IsWrong("Input should be a list of 'payload' and 'embedding'", "list_type");
            return null;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            names.Add(JsonFields.ReadString(ref reader, field) ?? "");
        }

        return names;
    }
}
