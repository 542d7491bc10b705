using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>The body of <c>PATCH /memories/{coord}</c>: a merge patch on the payload, and/or new importance or expiry.</summary>
/// <remarks>Here <c>"expires_at": null</c> is a change (the memory no longer expires), as null is in a merge patch.</remarks>
internal sealed class PatchBody
{
    public byte[]? Payload { get; private set; }

    public double? Importance { get; private set; }

    public bool ChangesExpiry { get; private set; }

    public Expiry Expiry { get; private set; }

    public string? Tenant { get; private set; }

    public PatchMemory ToOperation(Coordinate coordinate, Precondition condition) => new()
    {
        Coordinate = coordinate,
        PayloadPatch = Payload,
        Importance = Importance,
        ChangesExpiry = ChangesExpiry,
        Expiry = Expiry,
        Condition = condition,
    };

    public static PatchBody ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors)
    {
        var patch = new PatchBody();
        var expiry = new ExpiryFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (MemoryBody.Is(ref reader, "payload"u8))
            {
                patch.Payload = JsonFields.ReadObject(ref reader, body, new Field(errors, FieldScope.Body, "payload"));
            }
            else if (MemoryBody.Is(ref reader, "importance"u8))
            {
                patch.Importance = JsonFields.ReadNumber(ref reader, new Field(errors, FieldScope.Body, "importance"));
            }
            else if (MemoryBody.Is(ref reader, "tenant_id"u8))
            {
                patch.Tenant = JsonFields.ReadString(ref reader, new Field(errors, FieldScope.Body, "tenant_id"));
            }
            else if (!expiry.TryRead(ref reader, errors, FieldScope.Body))
            {
                MemoryBody.Ignore(ref reader);
            }
        }

        patch.Expiry = expiry.Resolve(errors, FieldScope.Body);
        patch.ChangesExpiry = expiry.Mentioned;
        if (patch is { Payload: null, Importance: null, ChangesExpiry: false } && !errors.Any)
        {
            errors.Add(FieldScope.Body.PathTo(null), "Give payload, importance or expires_at", "missing");
        }

        return patch;
    }
}
