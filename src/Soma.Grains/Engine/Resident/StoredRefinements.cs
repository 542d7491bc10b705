using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Resident;

/// <summary>Reads the stored vectors of sentence models for rows that are being loaded.</summary>
internal sealed class StoredRefinements(IEmbeddingStore store, NamespaceConfiguration configuration)
{
    private static readonly IReadOnlyDictionary<long, Refinement?> Nothing = new Dictionary<long, Refinement?>();

    /// <summary>
    /// Returns vectors by the rows' seqs, in the table's space and in the sentence model's own. A space that searches do not
    /// use is not read.
    /// </summary>
    public async Task<(IReadOnlyDictionary<long, Refinement?> Text, IReadOnlyDictionary<long, Refinement?> Model)> ReadAsync(
        Ownership owned, IReadOnlyList<MemoryRow> rows)
    {
        var seqs = rows.Where(row => row.HasText).Select(row => row.Seq).ToArray();
        return (await ReadAsync(owned.Id, SharedSpace(owned), seqs), await ReadAsync(owned.Id, OwnSpace(owned), seqs));
    }

    private string? SharedSpace(Ownership owned) =>
        configuration.Models is { Table: not null, IsShared: var isShared, Model: var model }
        && (owned.ActiveSpace == EmbeddingSpace.BuiltIn.Name || (isShared && model is not null))
            ? EmbeddingSpace.BuiltIn.Name
            : null;

    private string? OwnSpace(Ownership owned) =>
        configuration.ModelOf(owned.ActiveSpace) is { } active ? active.Space.Name
        : configuration.Models is { IsShared: false, Target: { } target } ? target.Name
        : null;

    private async Task<IReadOnlyDictionary<long, Refinement?>> ReadAsync(long namespaceId, string? space, long[] seqs)
    {
        if (space is null || seqs.Length == 0)
        {
            return Nothing;
        }

        var rows = await store.ReadEmbeddingsAsync(namespaceId, space, seqs, CancellationToken.None);
        return rows.ToDictionary(
            row => row.Seq,
            row => (Refinement?)new Refinement(row.Vector is { } bytes ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : null));
    }
}
