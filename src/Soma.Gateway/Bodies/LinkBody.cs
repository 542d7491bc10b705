using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>The keys of a link, and what making one adds to them.</summary>
internal sealed class LinkBody
{
    public const string DefaultType = "related";

    /// <summary>Most bytes of a link's metadata, as JSON text.</summary>
    public const int MaxMetadataBytes = 16 * 1024;

    public Coordinate From { get; private set; }

    public Coordinate To { get; private set; }

    public string Type { get; private set; } = DefaultType;

    public double Strength { get; private set; } = 1;

    public byte[]? Metadata { get; private set; }

    public string? Tenant { get; private set; }

    public PutLink ToPut() => new() { From = From, To = To, LinkType = Type, Strength = Strength, Metadata = Metadata };

    public DeleteLink ToDelete() => new() { From = From, To = To, LinkType = Type };

    public static LinkBody ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors)
    {
        var link = new LinkBody();
        string? from = null;
        string? to = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (MemoryBody.Is(ref reader, "from_coord"u8))
            {
                from = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "from_coord"));
            }
            else if (MemoryBody.Is(ref reader, "to_coord"u8))
            {
                to = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "to_coord"));
            }
            else if (MemoryBody.Is(ref reader, "link_type"u8))
            {
                var field = new Field(errors, FieldScope.Body, "link_type");
                link.Type = QueryFields.LinkType(JsonFields.ReadString(ref reader, field), field) ?? DefaultType;
            }
            else if (MemoryBody.Is(ref reader, "strength"u8))
            {
                link.ReadStrength(ref reader, new Field(errors, FieldScope.Body, "strength"));
            }
            else if (MemoryBody.Is(ref reader, "metadata"u8))
            {
                link.ReadMetadata(ref reader, body, new Field(errors, FieldScope.Body, "metadata"));
            }
            else if (MemoryBody.Is(ref reader, "tenant_id"u8))
            {
                link.Tenant = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "tenant_id"));
            }
            else
            {
                MemoryBody.Ignore(ref reader);
            }
        }

        link.SetEnds(from, to, errors, FieldScope.Body);
        return link;
    }

    /// <summary>The keys as query parameters, for clients whose DELETE carries no body.</summary>
    public static LinkBody FromQuery(QueryText query)
    {
        var link = new LinkBody { Tenant = query.Get("tenant_id") };
        link.Type = QueryFields.LinkType(query.Get("link_type"), query.Field("link_type")) ?? DefaultType;
        link.SetEnds(query.Get("from_coord"), query.Get("to_coord"), query.Errors, FieldScope.Query);
        return link;
    }

    private void SetEnds(string? from, string? to, FieldErrors errors, FieldScope scope)
    {
        From = End(from, new Field(errors, scope, "from_coord"));
        To = End(to, new Field(errors, scope, "to_coord"));
    }

    private static Coordinate End(string? text, Field field)
    {
        if (text is null)
        {
            field.IsMissing();
        }

        return QueryFields.ParseCoordinate(text, field) ?? default;
    }

    private void ReadMetadata(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Field field)
    {
        Metadata = JsonFields.ReadObject(ref reader, body, field);
        if (Metadata?.Length > MaxMetadataBytes)
        {
            // A walk over the graph reads the metadata of every link it looks at.
            field.IsWrong($"Input should have at most {MaxMetadataBytes} bytes", "too_long");
        }
    }

    private void ReadStrength(ref Utf8JsonReader reader, Field field)
    {
        Strength = JsonFields.ReadNumber(ref reader, field) ?? 1;
        if (Strength < 0)
        {
            // The least-cost path takes strengths as costs; a negative one would make "least" endless.
            field.IsWrong("Input should be 0 or more", "out_of_range");
        }
    }
}
