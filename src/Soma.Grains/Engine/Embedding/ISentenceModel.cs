namespace Soma.Grains.Engine.Embedding;

/// <summary>Makes the better vectors that replace or join the table's: milliseconds or a network call a text.</summary>
/// <remarks>Safe for any number of threads. Vectors have length 1 and <see cref="EmbeddingSpace.Dimension"/> numbers.</remarks>
public interface ISentenceModel
{
    /// <summary>What answers name as the source of a vector.</summary>
    string ModelName { get; }

    EmbeddingSpace Space { get; }

    /// <summary>Texts that one call takes best: 1 on a CPU, where batches gain nothing.</summary>
    int BatchSize { get; }

    /// <summary>Whether it computes on this machine's cores, which requests need too.</summary>
    bool IsLocal { get; }

    /// <summary>Vectors of memories' texts, in their order; null where the model refuses that text for good.</summary>
    /// <exception cref="ModelUnavailableException">The model cannot be asked now; all the texts may be sent again later.</exception>
    Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);

    /// <summary>The vector of a query; null where the model refuses the text.</summary>
    /// <exception cref="ModelUnavailableException">The model cannot be asked now.</exception>
    ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken);
}

/// <summary>A sentence model did not answer; the same text may be sent again later.</summary>
public sealed class ModelUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
