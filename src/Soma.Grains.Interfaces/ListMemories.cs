namespace Soma.Grains.Interfaces;

/// <summary>What a listing is ordered by. Memories with equal values are ordered by their keys.</summary>
[GenerateSerializer, Alias("soma.list-order")]
public enum ListOrder
{
    /// <summary>By latest write.</summary>
    Seq = 0,

    /// <summary>By first write.</summary>
    Created = 1,

    Importance = 2,
}

/// <summary>Asks for a page of the memories that pass the filters.</summary>
[GenerateSerializer, Immutable, Alias("soma.list-memories")]
public sealed record ListMemories
{
    /// <summary>1–1000.</summary>
    [Id(0)] public required int Limit { get; set; }

    /// <summary>The last page's <see cref="ListReply.NextCursor"/>.</summary>
    [Id(1)] public string? Cursor { get; set; }

    [Id(2)] public MemoryType? Type { get; set; }

    /// <summary>The filter object, UTF-8 JSON, already checked by <c>Filtering.FilterParser</c>.</summary>
    [Id(3)] public byte[]? Filter { get; set; }

    [Id(4)] public ListOrder Order { get; set; }

    [Id(5)] public bool Descending { get; set; }

    [Id(6)] public required TimeSpan Timeout { get; set; }

    /// <summary>Only memories whose coordinates lie in this box; null: all memories.</summary>
    [Id(7)] public CoordinateBox? Box { get; set; }

    /// <summary>The moment whose memories are listed; null: that of the cursor, else the present.</summary>
    [Id(8)] public Moment? AsOf { get; set; }
}

/// <summary>All coordinates of one number of dimensions between two corners, edges included.</summary>
/// <param name="Least">The smallest number in each dimension.</param>
/// <param name="Most">The largest number in each dimension; it has as many.</param>
[GenerateSerializer, Immutable, Alias("soma.coordinate-box")]
public sealed record CoordinateBox([property: Id(0)] Coordinate Least, [property: Id(1)] Coordinate Most);

/// <summary>A page of memories.</summary>
[GenerateSerializer, Immutable, Alias("soma.list-reply")]
public sealed record ListReply
{
    [Id(0)] public required MemoryRecord[] Memories { get; init; }

    /// <summary>Where the next page starts; null on the last.</summary>
    [Id(1)] public string? NextCursor { get; init; }

    [Id(2)] public required long HeadSeq { get; init; }

    /// <summary>Whether the given cursor was not made by this service, which is answered with 400.</summary>
    [Id(3)] public bool CursorInvalid { get; init; }

    /// <summary>Why the moment that was asked for cannot be read; null: it was.</summary>
    [Id(4)] public Rejection? Rejection { get; init; }

    /// <summary>The seq of the moment that was read; null: the answer is of the present. Silos of earlier versions know only that.</summary>
    [Id(5)] public long? PastSeq { get; init; }
}
