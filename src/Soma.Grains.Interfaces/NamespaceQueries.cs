namespace Soma.Grains.Interfaces;

/// <summary>Asks for a page of a tenant's namespaces, by name.</summary>
[GenerateSerializer, Immutable, Alias("soma.list-namespaces")]
public sealed record ListNamespaces
{
    [Id(0)] public required string Tenant { get; set; }

    /// <summary>How their names begin; empty: all of them.</summary>
    [Id(1)] public string Prefix { get; set; } = "";

    /// <summary>The last name of the page before; null: the first page.</summary>
    [Id(2)] public string? After { get; set; }

    [Id(3)] public required int Limit { get; set; }
}

/// <summary>A namespace that was written to, in numbers that the store keeps or looks up.</summary>
[GenerateSerializer, Immutable, Alias("soma.namespace-summary")]
public sealed record NamespaceSummary
{
    [Id(0)] public required NamespaceKey Key { get; init; }

    [Id(1)] public required MemoryCounts Counts { get; init; }

    /// <summary>About how many bytes the contents of its memories take: their number times the average of the newest hundred.</summary>
    [Id(2)] public required long Bytes { get; init; }

    [Id(3)] public required long HeadSeq { get; init; }

    /// <summary>The time of its first write.</summary>
    [Id(4)] public required Instant CreatedAt { get; init; }

    /// <summary>The time of its newest write.</summary>
    [Id(5)] public required Instant WrittenAt { get; init; }
}

/// <summary>A page of namespaces, ordered by the bytes of their names.</summary>
[GenerateSerializer, Immutable, Alias("soma.namespace-list")]
public sealed record NamespaceList([property: Id(0)] NamespaceSummary[] Namespaces, [property: Id(1)] bool HasMore);

/// <summary>Asks for a namespace to be deleted whole.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-namespace")]
public sealed record DeleteNamespace
{
    /// <summary>
    /// The log that the caller saw, as <see cref="ChangesReply.LogId"/> names it. A namespace of the same name that was made since is another
    /// one and stays, so a second attempt deletes nothing that the first one did not.
    /// </summary>
    [Id(0)] public required long LogId { get; init; }
}
