using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>The fields of one memory to store, as far as they could be read.</summary>
internal sealed class MemoryFields
{
    /// <summary>Null: the server makes one.</summary>
    public Coordinate? Coordinate { get; set; }

    public byte[] Payload { get; set; } = [];

    /// <summary>The payload's own <c>importance</c>, where it is a finite number.</summary>
    public double? PayloadImportance { get; set; }

    public MemoryType Type { get; set; }

    public double? Importance { get; set; }

    public byte[]? Vector { get; set; }

    public string? Text { get; set; }

    public Expiry Expiry { get; set; }

    public string? Tenant { get; set; }

    public PutMemory ToOperation(KeySource keys, Precondition condition) => new()
    {
        Coordinate = Coordinate ?? keys.Next(),
        Payload = Payload,
        Type = Type,
        Importance = Importance ?? PayloadImportance ?? 1,
        Text = Text,
        BroughtVector = Vector,
        Expiry = Expiry,
        Condition = condition,
    };
}
