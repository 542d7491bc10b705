using Soma.Grains.Embeddings.Table;
using Soma.Grains.Searching;

namespace Soma.Archives.Exports;

/// <summary>
/// Reads exports of SomaFractalMemory, one JSON object per line: the output of all versions of its <c>export-memories</c>, and rows
/// of its tables <c>sfm_memories</c> and <c>sfm_graph_links</c> as JSON.
/// </summary>
/// <param name="indexer">Finds out which memories have text.</param>
/// <param name="now">The time of records that have none.</param>
internal sealed class FractalMemoryLineReader(ContentIndexer indexer, Instant now) : ILineReader
{
    private (string? Tenant, string? Namespace)? _origin;
    private long _seq;

    public bool NeedsVersions => true;

    public ExportHeader? Header => null;

    /// <summary>Creates a reader that keeps the order of the lines. The links of a line follow its memory.</summary>
    public static FractalMemoryLineReader Create(string modelsFolder, Instant now) =>
        new(new ContentIndexer(new FastTableEmbedder(FastTableEmbedder.DefaultFolder(modelsFolder))), now);

    public IReadOnlyList<LogRow> Read(byte[] line, long number)
    {
        if (line.AsSpan().Trim(" \r\t"u8).Length == 0)
        {
            return [];
        }

        using var document = ExportFormat.Parse(line, number);
        return Read(new FractalMemoryLine(document.RootElement, number));
    }

    public void Finish()
    {
    }

    private IReadOnlyList<LogRow> Read(FractalMemoryLine line)
    {
        if (line.IsDeleted)
        {
            return [];
        }

        CheckOrigin(line);
        if (line.IsLink)
        {
            return [Link(line.Link())];
        }

        var coordinate = line.Coordinate;
        var payload = line.Payload();
        var memory = new MemoryRow
        {
            Coordinate = coordinate,
            Seq = ++_seq,
            Version = 1,
            Alive = true,
            CreatedSeq = _seq,
            Type = line.Type,
            Payload = payload,
            HasText = indexer.Prepare(payload, null, []).HasText,
            Importance = line.Importance,
            CreatedAt = line.CreatedAt ?? now,
            UpdatedAt = now,
        };
        return [new LogRow(LogOp.Put, 0, memory), .. line.Links(coordinate).Select(Link)];
    }

    private LogRow Link(LinkRow link) => LogRow.OfLink(LogOp.Link, 0, link with { Seq = ++_seq }, now);

    // Memories of two tenants with the same coordinate would become one memory.
    private void CheckOrigin(FractalMemoryLine line)
    {
        var origin = line.Origin;
        if (origin == default)
        {
            return;
        }

        _origin ??= origin;
        if (origin != _origin)
        {
            throw line.Fields.Wrong(
                $"it is of {origin.Tenant}/{origin.Namespace}, and the lines before are of {_origin.Value.Tenant}/{_origin.Value.Namespace}: import each by itself");
        }
    }
}
