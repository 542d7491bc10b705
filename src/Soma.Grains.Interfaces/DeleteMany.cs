namespace Soma.Grains.Interfaces;

/// <summary>Asks to delete what passes a filter and/or a list of coordinates: a series of commits, not one.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-many")]
public sealed record DeleteMany
{
    /// <summary>The filter object, UTF-8 JSON, already checked by <c>Filtering.FilterParser</c>.</summary>
    [Id(0)] public byte[]? Filter { get; set; }

    /// <summary>With a filter too, both must hold. Null: every memory of the namespace.</summary>
    [Id(1)] public Coordinate[]? Coordinates { get; set; }

    /// <summary>Counts and changes nothing.</summary>
    [Id(2)] public bool DryRun { get; set; }

    [Id(3)] public IdempotencyKey? Key { get; set; }

    [Id(4)] public required TimeSpan Patience { get; set; }
}

/// <summary>How far a <see cref="DeleteMany"/> came.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-many-reply")]
public sealed record DeleteManyReply
{
    /// <summary>Deleted so far, earlier attempts under the same key included.</summary>
    [Id(0)] public required long Deleted { get; init; }

    /// <summary>False: the caller's patience ended first; a retry with the same key goes on.</summary>
    [Id(1)] public required bool Complete { get; init; }

    [Id(2)] public required long HeadSeq { get; init; }

    [Id(3)] public Rejection? Rejection { get; init; }
}
