using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace Soma.Gateway.Importing;

/// <summary>Writes an export into a namespace as ordinary commands, while its body arrives: memories in batches, the rest one by one.</summary>
/// <remarks>
/// The key of each command is made of the request's <c>Idempotency-Key</c> and the number of the command's first line, and where a command
/// ends depends on the lines alone. So the same body under the same key goes on where an earlier request broke off, and applies nothing twice.
/// At most one command and some lines are held at a time, so a body may be as long as it likes.
/// </remarks>
internal sealed class ImportRun(GatewayCore core, HttpContext context, NamespaceKey key, string run) : IDisposable
{
    private const int MostItems = 500;
    private const int MostBatchBytes = 2 << 20;
    private const int LinesAtOnce = 500;
    private const int BytesAtOnce = 256 * 1024;

    // A line holds one change. A longer line means that the body has another format.
    private const int LongestLine = 64 << 20;
    private const int OperationOverhead = 256;

    private readonly IncrementalHash _body = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _command = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<WriteOperation> _batch = [];
    private long _batchLine;
    private long _batchEnd;
    private int _batchBytes;
    private long _rows;
    private bool _isEnded;

    public long Memories { get; private set; }

    public long Links { get; private set; }

    public long Deletes { get; private set; }

    /// <summary>How many lines were read.</summary>
    public long Lines { get; private set; }

    /// <summary>Up to which line everything is written.</summary>
    public long Written { get; private set; }

    /// <returns>Why the import stopped; null: all of it is written.</returns>
    public async Task<Problem?> RunAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var lines = new List<byte[]>();
        var bytes = 0;
        var start = default(SequencePosition);
        while (true)
        {
            var read = await RequestBody.ReadAsync(body, start, cancellationToken);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted, out var line))
            {
                lines.Add(line);
                bytes += line.Length;
                if ((lines.Count >= LinesAtOnce || bytes >= BytesAtOnce) && await TakeAsync(lines, cancellationToken) is { } problem)
                {
                    return problem;
                }

                bytes = lines.Count == 0 ? 0 : bytes;
            }

            var tooLong = rest.Length > LongestLine;
            start = rest.Start;
            body.AdvanceTo(start, rest.End);
            if (tooLong)
            {
                return Refuse($"line {Lines + lines.Count + 1} is longer than {LongestLine} bytes");
            }

            if (read.IsCompleted)
            {
                // What is left of a body that was cut is not written: the whole body has another command there, under the same key.
                return await TakeAsync(lines, cancellationToken)
                    ?? (_isEnded ? await FlushAsync() : Refuse("the export is cut off: its last line is missing"));
            }
        }
    }

    public void Dispose()
    {
        _body.Dispose();
        _command.Dispose();
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool isCompleted, out byte[] line)
    {
        var end = rest.PositionOf((byte)'\n');
        line = [];
        if (end is { } found)
        {
            line = rest.Slice(0, found).ToArray();
            rest = rest.Slice(rest.GetPosition(1, found));
            return true;
        }

        if (isCompleted && rest.Length is > 0 and <= LongestLine)
        {
            line = rest.ToArray();
            rest = rest.Slice(rest.End);
            return true;
        }

        return false;
    }

    /// <summary>Writes these lines, and empties the list.</summary>
    private async Task<Problem?> TakeAsync(List<byte[]> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return null;
        }

        var read = await core.Client.ReadImportAsync(new ImportLines { FirstLine = Lines + 1, Lines = [.. lines] }, cancellationToken);
        for (var i = 0; i < read.Lines.Length; i++)
        {
            Lines++;
            if (await TakeAsync(lines[i], read.Lines[i]) is { } problem)
            {
                return problem;
            }
        }

        lines.Clear();
        return read.Problem is null ? null : Refuse(read.Problem.TrimEnd('.'));
    }

    private async Task<Problem?> TakeAsync(byte[] raw, ImportedLine line)
    {
        if (line.Rows is { } rows)
        {
            _isEnded = true;
            return rows == _rows && line.Hash == Convert.ToHexStringLower(_body.GetHashAndReset()) ? null
                : Refuse($"line {Lines}: the lines before it are not those that were exported: altered, or some are missing");
        }

        if (raw.Length == 0)
        {
            return null;
        }

        if (_isEnded)
        {
            return Refuse($"line {Lines}: there is more after the end");
        }

        _body.AppendData(raw);
        _body.AppendData("\n"u8);
        if (!line.IsHeader && line.Seq != ++_rows)
        {
            return Refuse($"line {Lines}: seq {line.Seq} where {_rows} was expected");
        }

        return line.Operation is null ? null : await WriteAsync(raw, line.Operation);
    }

    private async Task<Problem?> WriteAsync(byte[] raw, WriteOperation operation)
    {
        if (operation is not PutMemory || _batch.Count == MostItems || (_batch.Count > 0 && _batchBytes + raw.Length > MostBatchBytes))
        {
            if (await FlushAsync() is { } problem)
            {
                return problem;
            }
        }

        _batchLine = _batch.Count == 0 ? Lines : _batchLine;
        _batchEnd = Lines;
        _batch.Add(operation);
        _batchBytes += raw.Length + OperationOverhead;
        _command.AppendData(raw);
        return operation is PutMemory ? null : await FlushAsync();
    }

    private async Task<Problem?> FlushAsync()
    {
        if (_batch.Count == 0)
        {
            return null;
        }

        var reply = await core.Client.WriteAsync(key, new WriteCommand
        {
            Operations = [.. _batch],
            Answer = _batch[0] switch
            {
                PutMemory => AnswerKind.StoreBatch,
                DeleteMemory => AnswerKind.Delete,
                PutLink => AnswerKind.Link,
                _ => AnswerKind.Unlink,
            },
            Key = new IdempotencyKey
            {
                Value = Writer.KeyOf(context, string.Create(CultureInfo.InvariantCulture, $"import {run} {_batchLine}")),
                RequestHash = _command.GetHashAndReset(),
            },
            Timeout = core.Options.RequestTimeout,
            Bytes = _batchBytes,
            By = Writer.Of(context),
            Limits = Writer.LimitsOf(context),
        });
        if (reply.Rejection is { } rejection)
        {
            return new Problem(rejection.Status, $"line {_batchLine}: {rejection.Detail} {SoFar}");
        }

        Count();
        Written = _batchEnd;
        (_batchBytes, _batchLine) = (0, 0);
        _batch.Clear();
        return null;
    }

    private void Count()
    {
        switch (_batch[0])
        {
            case PutMemory:
                Memories += _batch.Count;
                core.Usage.OnStored(context.Caller(), [.. _batch]);
                break;
            case PutLink:
                Links++;
                break;
            default:
                Deletes++;
                break;
        }
    }

    private Problem Refuse(string why) => new(400, $"{why}. {SoFar}");

    private string SoFar => string.Create(CultureInfo.InvariantCulture, $"What stood before line {Written + 1} is written; the same body under the same Idempotency-Key goes on there");
}
