namespace Soma.Grains.Interfaces;

/// <summary>One change that a command asks for; decided in order against the state when its batch is formed.</summary>
[GenerateSerializer, Immutable, Alias("soma.write-operation")]
public abstract record WriteOperation;

/// <summary>Stores a memory, replacing what its coordinate held.</summary>
[GenerateSerializer, Immutable, Alias("soma.put-memory")]
public sealed record PutMemory : WriteOperation
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    /// <summary>The payload object, UTF-8 JSON exactly as sent.</summary>
    [Id(1)] public required byte[] Payload { get; init; }

    [Id(2)] public required MemoryType Type { get; init; }

    [Id(3)] public required double Importance { get; init; }

    /// <summary>What to embed and index instead of what the payload yields.</summary>
    [Id(4)] public string? Text { get; init; }

    /// <summary>A brought vector: little-endian float32.</summary>
    [Id(5)] public byte[]? BroughtVector { get; init; }

    [Id(6)] public Expiry Expiry { get; init; }

    [Id(7)] public Precondition Condition { get; init; }
}

/// <summary>Changes parts of a memory that exists; a missing one is a 404.</summary>
[GenerateSerializer, Immutable, Alias("soma.patch-memory")]
public sealed record PatchMemory : WriteOperation
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    /// <summary>A JSON merge patch (RFC 7396) on the payload, an object in UTF-8; null leaves the payload.</summary>
    [Id(1)] public byte[]? PayloadPatch { get; init; }

    [Id(2)] public double? Importance { get; init; }

    /// <summary>Whether <see cref="Expiry"/> replaces the memory's own.</summary>
    [Id(3)] public bool ChangesExpiry { get; init; }

    [Id(4)] public Expiry Expiry { get; init; }

    [Id(5)] public Precondition Condition { get; init; }
}

/// <summary>Deletes a memory and the links to and from it.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-memory")]
public sealed record DeleteMemory : WriteOperation
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    /// <summary>Whether payload, text and vectors of every version go too, history included.</summary>
    [Id(1)] public bool Purge { get; init; }

    [Id(2)] public Precondition Condition { get; init; }
}

/// <summary>Makes or replaces the link of one type between two coordinates, whether or not memories lie there.</summary>
[GenerateSerializer, Immutable, Alias("soma.put-link")]
public sealed record PutLink : WriteOperation
{
    [Id(0)] public required Coordinate From { get; init; }

    [Id(1)] public required Coordinate To { get; init; }

    [Id(2)] public required string LinkType { get; init; }

    [Id(3)] public required double Strength { get; init; }

    /// <summary>A JSON object in UTF-8, or null.</summary>
    [Id(4)] public byte[]? Metadata { get; init; }
}

/// <summary>Removes a link; removing what is not there takes no seq.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-link")]
public sealed record DeleteLink : WriteOperation
{
    [Id(0)] public required Coordinate From { get; init; }

    [Id(1)] public required Coordinate To { get; init; }

    [Id(2)] public required string LinkType { get; init; }
}
