using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Reading;

/// <summary>Reads what is stored of ranked versions, where a filter or a phrase asks for more than the index holds.</summary>
internal static class Payloads
{
    private const int BytesPerToken = 4;

    public static PayloadReader Reader(ICanonicalStore store, long namespaceId) => async (seqs, cancellationToken) =>
    {
        var rows = await store.ReadVersionsAsync(namespaceId, seqs, cancellationToken);
        return rows.ToDictionary(row => row.Seq, row => new StoredContent(row.Payload, row.Text));
    };

    /// <summary>Fills a budget: the rows in their order, without those that do not fit into what is left.</summary>
    /// <param name="rows">Best first.</param>
    /// <param name="tokens">A token is counted as four bytes of payload, about what language models make of English.</param>
    public static IReadOnlyList<MemoryRow> WithinTokens(IReadOnlyList<MemoryRow> rows, int tokens)
    {
        var chosen = new List<MemoryRow>();
        var left = (long)tokens;
        foreach (var row in rows)
        {
            var needed = (row.Payload.Length + BytesPerToken - 1) / BytesPerToken;
            if (needed <= left)
            {
                chosen.Add(row);
                left -= needed;
            }
        }

        return chosen;
    }
}
