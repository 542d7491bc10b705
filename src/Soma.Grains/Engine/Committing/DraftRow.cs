using Soma.Grains.Searching;
using Soma.Grains.Searching.Likeness;

namespace Soma.Grains.Engine.Committing;

/// <summary>What a batch leaves at a key: a memory with what is indexed of it, or the tombstone of one that it deletes.</summary>
internal sealed record DraftRow(MemoryRow Row, IndexedContent? Content)
{
    private ComparedMemory? _compared;

    public ComparedMemory Compared => _compared ??= Content!.ToCompared(Row.Payload, Row.BroughtVector);
}
