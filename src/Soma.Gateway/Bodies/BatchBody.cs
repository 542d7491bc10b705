using System.Globalization;
using System.Text.Json;
using Soma.Gateway.Http;

namespace Soma.Gateway.Bodies;

/// <summary>The body of <c>POST /memories/batch</c>: up to a thousand memories for one namespace.</summary>
internal sealed class BatchBody
{
    public const int MaxItems = 1000;

    public List<MemoryFields> Items { get; } = [];

    public string? Tenant { get; private set; }

    public static BatchBody ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors)
    {
        var batch = new BatchBody();
        var field = new Field(errors, FieldScope.Body, "items");
        var hasItems = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (MemoryBody.Is(ref reader, "items"u8))
            {
                hasItems = reader.TokenType != JsonTokenType.Null;
                batch.ReadItems(ref reader, body, errors, field);
            }
            else if (MemoryBody.Is(ref reader, "tenant_id"u8))
            {
                batch.Tenant = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "tenant_id"));
            }
            else
            {
                MemoryBody.Ignore(ref reader);
            }
        }

        if (!hasItems)
        {
            field.IsMissing();
        }

        return batch;
    }

    /// <summary>422 naming every item that belongs to another tenant than the request.</summary>
    public Problem? CheckTenants(string tenant)
    {
        var errors = new FieldErrors();
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i].Tenant is { } own && own != tenant)
            {
                new Field(errors, FieldScope.BatchItem(i), "tenant_id").IsWrong("All items belong to the request's tenant", "tenant_mismatch");
            }
        }

        return errors.ToProblem();
    }

    private void ReadItems(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors, Field field)
    {
        Items.Clear();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                field.IsWrong("Input should be a list", "list_type");
            }

            reader.Skip();
            return;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ReadItem(ref reader, body, errors, count++);
        }

        if (count is 0 or > MaxItems)
        {
            field.IsWrong(string.Create(CultureInfo.InvariantCulture, $"A batch has 1 to {MaxItems} items"), "list_length");
        }
    }

    private void ReadItem(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors, int index)
    {
        // What lies beyond the bound is only walked over: it makes the whole a 422.
        if (index >= MaxItems)
        {
            reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            Items.Add(MemoryBody.Read(ref reader, body, errors, FieldScope.BatchItem(index)));
        }
        else
        {
            reader.Skip();
            errors.Add(FieldScope.BatchItem(index).PathTo(null), "Input should be an object", "object_type");
        }
    }
}
