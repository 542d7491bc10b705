using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Soma.Grains.Embeddings;
using Soma.Grains.Engine;

namespace Soma.Grains;

/// <summary>The limits and settings that a silo gives to its grains.</summary>
public sealed record GrainsOptions
{
    [ValidateObjectMembers]
    public EngineOptions Engine { get; init; } = new();

    /// <summary>Bytes that all caches and indexes of the silo may hold together (<c>SOMA_MEMORY_BUDGET_MB</c>).</summary>
    /// <value>Two fifths of the memory the process may use, unless set.</value>
    [Range(1, long.MaxValue)]
    public long MemoryBudgetBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 5 * 2;

    /// <summary>How many searches rank at the same time.</summary>
    [Range(1, 10_000)]
    public int SearchWorkers { get; init; } = Environment.ProcessorCount;

    /// <summary>How many searches may wait for a worker; one more gets a 503.</summary>
    [Range(0, 1_000_000)]
    public int SearchQueue { get; init; } = 1_000;

    /// <summary>Threads of low priority that the local sentence model may use for memories.</summary>
    [Range(1, 1_000)]
    public int RefiningThreads { get; init; } = 1;

    /// <summary>Calls to an embedding service elsewhere that run at once.</summary>
    [Range(1, 1_000)]
    public int RemoteEmbeddingCalls { get; init; } = 2;

    /// <summary>The folder with the built-in models, each in a folder of its own (<c>SOMA_MODELS_DIR</c>).</summary>
    public string ModelsFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Which models embed texts (<c>SOMA_EMBEDDINGS</c> and its companions).</summary>
    public EmbeddingsOptions Embeddings { get; init; } = new();
}
