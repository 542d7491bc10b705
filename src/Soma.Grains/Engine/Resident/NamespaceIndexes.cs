using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Resident;

/// <summary>Both indexes that a namespace may hold in memory; commits, settings and sentence models change them together.</summary>
/// <param name="whole">The index of all memories.</param>
/// <param name="tail">The index of the memories that the vector tier has not taken in yet; empty without a tier.</param>
internal sealed class NamespaceIndexes(NamespaceIndex whole, NamespaceIndex tail)
{
    public long Bytes => whole.Bytes + tail.Bytes;

    /// <inheritdoc cref="NamespaceIndex.ApplyOnTurn"/>
    public void ApplyOnTurn(CommitBatch batch, Func<Coordinate, IndexedContent?> contentOf, bool isFirst)
    {
        whole.ApplyOnTurn(batch, contentOf, isFirst);
        // The tail begins where the tier ends. Only a search that asked the tier knows that place, so a commit never begins a tail.
        tail.ApplyOnTurn(batch, contentOf, isFirst: false);
    }

    /// <inheritdoc cref="NamespaceIndex.ReclaimOnTurn"/>
    public void ReclaimOnTurn(Instant now)
    {
        whole.ReclaimOnTurn(now);
        tail.ReclaimOnTurn(now);
    }

    /// <inheritdoc cref="NamespaceIndex.RefineOnTurn"/>
    public void RefineOnTurn(TextSpace space, IReadOnlyList<RefinedMemory> refined)
    {
        whole.RefineOnTurn(space, refined);
        tail.RefineOnTurn(space, refined);
    }

    /// <inheritdoc cref="NamespaceIndex.ChangeSpaceOnTurn"/>
    public void ChangeSpaceOnTurn()
    {
        whole.ChangeSpaceOnTurn();
        tail.ChangeSpaceOnTurn();
    }

    public void Drop()
    {
        whole.Drop();
        tail.Drop();
    }

    /// <summary>Drops the larger index first, and the tail only if the indexes still hold more than <paramref name="bytes"/>.</summary>
    public void Trim(long bytes)
    {
        if (Bytes > bytes)
        {
            whole.Drop();
        }

        if (tail.Bytes > bytes)
        {
            tail.Drop();
        }
    }
}
