using Orleans.Concurrency;
using Soma.Grains.Storage.Archives.Exports;

namespace Soma.Grains;

/// <summary>Turns lines of an export into the writes that repeat them.</summary>
[StatelessWorker, Reentrant]
public sealed class ImportGrain : Grain, IImportGrain
{
    public Task<ImportedLines> ReadAsync(ImportLines lines, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            var read = new List<ImportedLine>();
            try
            {
                for (var i = 0; i < lines.Lines.Length; i++)
                {
                    read.Add(Read(lines.Lines[i], lines.FirstLine + i));
                }
            }
            catch (ExportRefusedException refused)
            {
                return new ImportedLines { Lines = [.. read], Problem = refused.Message };
            }

            return new ImportedLines { Lines = [.. read] };
        },
        cancellationToken);

    private static ImportedLine Read(byte[] line, long number)
    {
        if (line.Length == 0)
        {
            return new ImportedLine();
        }

        using var document = ExportFormat.Parse(line, number);
        var fields = new LineFields(document.RootElement, number);
        if (number == 1)
        {
            SomaLineReader.ReadHeader(fields);
            return new ImportedLine { IsHeader = true };
        }

        if (fields.Flag("end") == true)
        {
            return new ImportedLine { Rows = fields.Whole("rows") ?? 0, Hash = fields.Text("sha256") };
        }

        var row = SomaLineReader.ReadRow(fields);
        return new ImportedLine { Seq = row.Seq, Operation = ToWrite(row) };
    }

    private static WriteOperation? ToWrite(LogRow row) => row switch
    {
        // A version whose content is not kept any more. If the memory still exists, a later row holds it.
        { Op: LogOp.Put, Payload: null } => null,
        { Op: LogOp.Put, Payload: { } payload } => new PutMemory
        {
            Coordinate = row.Coordinate,
            Payload = payload,
            Type = row.Memory.Type,
            Importance = row.Memory.Importance,
            Text = row.Memory.Text,
            BroughtVector = row.Memory.BroughtVector,
            // Never, as it was exported, whatever lifetime the namespace gives to memories that name none.
            Expiry = row.Memory.ExpiresAt is { } end ? new Expiry { At = end } : Expiry.Never,
        },
        { Op: LogOp.Delete } => new DeleteMemory { Coordinate = row.Coordinate, Purge = row.Reason == DeleteReasons.Purged },
        { Op: LogOp.Link, Link: { } link } => new PutLink
        {
            From = link.Key.From,
            To = link.Key.To,
            LinkType = link.Key.Type,
            Strength = link.Strength,
            Metadata = link.Metadata,
        },
        { Link: { } link } => new DeleteLink { From = link.Key.From, To = link.Key.To, LinkType = link.Key.Type },
        _ => null,
    };
}
