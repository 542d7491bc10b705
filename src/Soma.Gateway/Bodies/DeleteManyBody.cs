using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>The body of <c>POST /memories/delete</c>.</summary>
internal sealed class DeleteManyBody
{
    public byte[]? Filter { get; private set; }

    public List<Coordinate>? Coordinates { get; private set; }

    public bool DryRun { get; private set; }

    public string? Tenant { get; private set; }

    public static DeleteManyBody ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors)
    {
        var request = new DeleteManyBody();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (MemoryBody.Is(ref reader, "filters"u8))
            {
                request.Filter = FilterFields.Read(ref reader, body, new Field(errors, FieldScope.Body, "filters"));
            }
            else if (MemoryBody.Is(ref reader, "coords"u8))
            {
                request.Coordinates = ReadCoordinates(ref reader, new Field(errors, FieldScope.Body, "coords"));
            }
            else if (MemoryBody.Is(ref reader, "dry_run"u8))
            {
                request.DryRun = JsonFields.ReadBoolean(ref reader, new Field(errors, FieldScope.Body, "dry_run")) ?? false;
            }
            else if (MemoryBody.Is(ref reader, "tenant_id"u8))
            {
                request.Tenant = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "tenant_id"));
            }
            else
            {
                MemoryBody.Ignore(ref reader);
            }
        }

        // Elsewhere such a filter means "no filter"; here it would delete every memory without anybody having said so.
        if (request.Coordinates is null && !errors.Any && FilterFields.PassesEverything(request.Filter))
        {
            new Field(errors, FieldScope.Body, "filters").IsWrong(
                """Every memory would be deleted: give a condition that a memory can fail, such as {"user_id":"bob"}, or coords""", "missing");
        }

        return request;
    }

    private static List<Coordinate>? ReadCoordinates(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                field.IsWrong("Input should be a list of coordinates", "list_type");
            }

            reader.Skip();
            return null;
        }

        var coordinates = new List<Coordinate>();
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                reader.Skip();
                field.HasWrongElement(i, "Input should be a string", "string_type");
                continue;
            }

            var text = reader.GetString() ?? "";
            if (Coordinate.TryParse(text, out var coordinate, out var problem))
            {
                coordinates.Add(coordinate);
            }
            else
            {
                field.HasWrongElement(i, problem, FieldError.CoordinateType);
            }
        }

        return coordinates;
    }
}
