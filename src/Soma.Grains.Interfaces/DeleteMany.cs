namespace Soma.Grains.Interfaces;

/// <summary>Asks to delete the memories that pass a filter, or are on a list of keys, or both. This takes a series of commits, not one.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-many")]
public sealed record DeleteMany
{
    /// <summary>The filter object, UTF-8 JSON, already checked by <c>Filtering.FilterParser</c>.</summary>
    [Id(0)] public byte[]? Filter { get; set; }

    /// <summary>Only memories with these keys; null: any key. If there is a filter too, a memory must meet both.</summary>
    [Id(1)] public Coordinate[]? Coordinates { get; set; }

    /// <summary>Whether matching memories are only counted, and nothing is deleted.</summary>
    [Id(2)] public bool DryRun { get; set; }

    [Id(3)] public IdempotencyKey? Key { get; set; }

    [Id(4)] public required TimeSpan Timeout { get; set; }

    /// <summary>Who deletes, as the log names them; null: the root token, or an older gateway.</summary>
    [Id(5)] public string? By { get; set; }
}

/// <summary>How many memories a <see cref="DeleteMany"/> deleted, and whether any are left.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-many-reply")]
public sealed record DeleteManyReply
{
    /// <summary>How many memories were deleted, including those of earlier attempts under the same key.</summary>
    [Id(0)] public required long Deleted { get; init; }

    /// <summary>False: the caller's deadline passed first. A retry with the same key continues the series.</summary>
    [Id(1)] public required bool Complete { get; init; }

    [Id(2)] public required long HeadSeq { get; init; }

    [Id(3)] public Rejection? Rejection { get; init; }
}
