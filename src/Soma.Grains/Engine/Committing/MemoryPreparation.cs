using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>What a store or a patch leaves, worked out before it is decided.</summary>
/// <param name="BaseSeq">The version that a patch was merged into; it counts only if that is still the one it meets. 0 of a store.</param>
/// <param name="Payload">The payload afterwards.</param>
/// <param name="Content">What the search index keeps; null where the payload is too large to be taken.</param>
internal sealed record PreparedMemory(long BaseSeq, byte[] Payload, IndexedContent? Content);

/// <summary>
/// The expensive part of stores and patches: merging, flattening, tokenising and embedding. Safe for any thread, so that none of
/// it has to happen on the grain's turn.
/// </summary>
/// <param name="indexer">Of the settings when the preparation began.</param>
/// <param name="sequenceFields">Likewise.</param>
/// <param name="maxPayloadBytes">A patched payload larger than this is not indexed, since it will be refused.</param>
internal sealed class MemoryPreparation(ContentIndexer indexer, IReadOnlyList<string> sequenceFields, int maxPayloadBytes)
{
    public static MemoryPreparation By(NamespaceConfiguration configuration, EngineOptions options) =>
        new(configuration.Indexer, configuration.SequenceFields, options.MaxPayloadBytes);

    public PreparedMemory Prepare(PutMemory put) => new(0, put.Payload, indexer.Prepare(put.Payload, put.Text, sequenceFields));

    public PreparedMemory Prepare(PatchMemory patch, MemoryRow row)
    {
        var payload = patch.PayloadPatch is { } changes ? MergePatch.Apply(row.Payload, changes) : row.Payload;
        return new PreparedMemory(
            row.Seq, payload, payload.Length > maxPayloadBytes ? null : indexer.Prepare(payload, patch.TextAfter(row.Text), sequenceFields));
    }
}
