namespace Soma.Grains.Engine.Embedding;

/// <summary>Makes better vectors than the table, which replace the table's or stand beside them.</summary>
/// <remarks>Thread-safe. A text takes milliseconds, or a network call. Vectors have length 1 and <see cref="EmbeddingSpace.Dimension"/> numbers.</remarks>
public interface ISentenceModel
{
    /// <summary>The name that answers give as the source of a vector.</summary>
    string ModelName { get; }

    EmbeddingSpace Space { get; }

    /// <summary>How many texts one call should get. Example: 1 on a CPU, where a batch is no faster.</summary>
    int BatchSize { get; }

    /// <summary>Whether it computes on this machine's cores, which requests need too.</summary>
    bool IsLocal { get; }

    /// <summary>Returns the vectors of memories' texts, in their order; null: the model refuses that text, and would refuse it again.</summary>
    /// <exception cref="ModelUnavailableException">The model does not answer now. All the texts may be sent again later.</exception>
    Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);

    /// <summary>Returns the vector of a query; null: the model refuses the text.</summary>
    /// <exception cref="ModelUnavailableException">The model does not answer now.</exception>
    ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken);
}

/// <summary>A sentence model did not answer; the same text may be sent again later.</summary>
public sealed class ModelUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
