using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Searching;

/// <summary>Reads the payloads of ranked versions where a filter asks for more than the index holds.</summary>
internal static class Payloads
{
    public static PayloadReader Reader(ICanonicalStore store, long namespaceId) => async (seqs, cancellationToken) =>
    {
        var rows = await store.ReadVersionsAsync(namespaceId, seqs, cancellationToken);
        return rows.ToDictionary(row => row.Seq, row => (ReadOnlyMemory<byte>)row.Payload);
    };
}
