using System.Text.Json;
using Soma.Grains.Embeddings;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Archives.Exports;

/// <summary>
/// Reads SomaFractalMemory's exports, a JSON object a line: what its <c>export-memories</c> wrote in its several generations,
/// and rows of its tables <c>sfm_memories</c> and <c>sfm_graph_links</c> as JSON.
/// </summary>
/// <param name="indexer">Says which memories have any text.</param>
/// <param name="now">The time of what has none of its own.</param>
internal sealed class FractalMemoryLineReader(ContentIndexer indexer, Instant now) : ILineReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = ExportFormat.MaxDepth };

    private (string? Tenant, string? Namespace)? _origin;
    private long _seq;

    public bool NeedsVersions => true;

    public ExportHeader? Header => null;

    /// <summary>As the service would take it: memories, then links, in the order of the lines.</summary>
    public static FractalMemoryLineReader Create(string modelsFolder, Instant now) =>
        new(new ContentIndexer(new FastTableEmbedder(FastTableEmbedder.DefaultFolder(modelsFolder))), now);

    public IReadOnlyList<LogRow> Read(byte[] line, long number)
    {
        if (line.AsSpan().Trim(" \r\t"u8).Length == 0)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(line, Options);
            return Read(new FractalMemoryLine(document.RootElement, number), now);
        }
        catch (JsonException failure)
        {
            throw ArchiveProcess.Refuse($"line {number} is no JSON: {failure.Message}", failure);
        }
    }

    public void Finish()
    {
    }

    private IReadOnlyList<LogRow> Read(FractalMemoryLine line, Instant at)
    {
        if (line.IsDeleted)
        {
            return [];
        }

        CheckOrigin(line);
        if (line.IsLink)
        {
            return [Link(line.Link(), at)];
        }

        var coordinate = line.Coordinate;
        var payload = line.Payload();
        var created = line.CreatedAt ?? at;
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
            CreatedAt = created,
            UpdatedAt = at,
        };
        return [new LogRow(LogOp.Put, 0, memory), .. line.Links(coordinate).Select(link => Link(link, at))];
    }

    private LogRow Link(LinkRow link, Instant at) => LogRow.OfLink(LogOp.Link, 0, link with { Seq = ++_seq }, at);

    // Two tenants' memories under one coordinate would be taken for one memory.
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
