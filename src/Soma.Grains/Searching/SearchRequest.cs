using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Searching;

/// <summary>Which memories may be found at all.</summary>
public record SearchScope
{
    public MemoryType? Type { get; init; }

    public FilterExpression Filter { get; init; } = FilterExpression.Empty;

    /// <summary>Memories that have expired by then are not found.</summary>
    public required Instant Now { get; init; }
}

/// <summary>What a search ranks by, and how much of it is wanted.</summary>
public sealed record SearchRequest : SearchScope
{
    /// <summary>Empty: words and text vectors play no part. What stands between quotes is a phrase.</summary>
    public string Query { get; init; } = "";

    /// <summary>The query's vector in the table's space, of length 1; null: none.</summary>
    public float[]? TextVector { get; init; }

    /// <summary>The query's vector in the sentence model's own space, of length 1; null: none, or the model has none of its own.</summary>
    public float[]? ModelVector { get; init; }

    /// <summary>A vector for the brought space, of the dimension that the namespace has; null: none.</summary>
    public float[]? BroughtVector { get; init; }

    public SearchMode Mode { get; init; }

    /// <summary>At least 1.</summary>
    public required int TopK { get; init; }

    public int Offset { get; init; }

    /// <summary>Least score of a hit, 0–1.</summary>
    public double MinScore { get; init; }

    public bool Explain { get; init; }

    /// <summary>
    /// Whether every vector is compared as it was given, not by its int8 numbers first, and every text that may hold a
    /// phrase is read, however many they are.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>How much newer memories are preferred, 0–1; 0: not at all.</summary>
    public double RecencyWeight { get; init; }

    /// <summary>After how long the preference for newer memories has halved; above zero.</summary>
    public TimeSpan RecencyHalfLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How much more important memories are preferred, 0–1; 0: not at all.</summary>
    public double ImportanceWeight { get; init; }

    /// <summary>Whether the memories around a hit in its sequence lend it part of their scores.</summary>
    public bool UseContext { get; init; } = true;
}

/// <summary>What is stored of a version's content.</summary>
/// <param name="Payload">The payload object, UTF-8 JSON.</param>
/// <param name="Text">What the client gave to be indexed instead of what the payload yields; null: nothing.</param>
public readonly record struct StoredContent(ReadOnlyMemory<byte> Payload, string? Text = null);

/// <summary>Reads contents by seq, for filters and phrases on what the index does not hold; a missing one does not pass.</summary>
public delegate Task<IReadOnlyDictionary<long, StoredContent>> PayloadReader(
    IReadOnlyCollection<long> seqs, CancellationToken cancellationToken);
