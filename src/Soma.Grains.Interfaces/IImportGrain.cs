namespace Soma.Grains.Interfaces;

/// <summary>Reads lines of an export, so that only silos know its format. A stateless worker with key 0: it changes nothing.</summary>
[Alias("soma.IImportGrain")]
public interface IImportGrain : IGrainWithIntegerKey
{
    [Alias("Read")]
    Task<ImportedLines> ReadAsync(ImportLines lines, CancellationToken cancellationToken = default);
}

/// <summary>Some whole lines of a file.</summary>
[GenerateSerializer, Immutable, Alias("soma.import-lines")]
public sealed record ImportLines
{
    /// <summary>The number of the first one in the file, from 1.</summary>
    [Id(0)] public required long FirstLine { get; init; }

    /// <summary>The lines, each without its line end.</summary>
    [Id(1)] public required byte[][] Lines { get; init; }
}

/// <summary>What the lines say, one entry each.</summary>
[GenerateSerializer, Immutable, Alias("soma.imported-lines")]
public sealed record ImportedLines
{
    [Id(0)] public required ImportedLine[] Lines { get; init; }

    /// <summary>Why the line after the last entry is not one of an export, in one sentence that names it; null: all lines were read.</summary>
    [Id(1)] public string? Problem { get; init; }
}

/// <summary>What one line says.</summary>
[GenerateSerializer, Immutable, Alias("soma.imported-line")]
public sealed record ImportedLine
{
    /// <summary>The write that repeats the change; null: there is nothing to write.</summary>
    [Id(0)] public WriteOperation? Operation { get; init; }

    [Id(1)] public bool IsHeader { get; init; }

    /// <summary>Of the last line of an export: how many changes it has; else null.</summary>
    [Id(2)] public long? Rows { get; init; }

    /// <summary>Of the last line of an export: the SHA-256 of all bytes before it.</summary>
    [Id(3)] public string? Hash { get; init; }

    /// <summary>Of a change: its seq in the export; else 0.</summary>
    [Id(4)] public long Seq { get; init; }
}
