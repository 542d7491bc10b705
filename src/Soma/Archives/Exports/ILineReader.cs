using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Archives.Exports;

/// <summary>Makes rows of a log of the lines of some format. Rows come numbered 1, 2, 3, … whatever the lines say.</summary>
internal interface ILineReader
{
    /// <summary>Whether a coordinate may come twice with versions that nobody has numbered.</summary>
    bool NeedsVersions { get; }

    /// <summary>What an export says of itself; null: this format says nothing.</summary>
    ExportHeader? Header { get; }

    /// <summary>The rows of the next line; none for one that holds nothing to import.</summary>
    /// <exception cref="Soma.Hosting.StartupException">The line is not of the format; its number is named.</exception>
    IReadOnlyList<LogRow> Read(byte[] line, long number);

    /// <summary>Called after the last line.</summary>
    /// <exception cref="Soma.Hosting.StartupException">Something is missing.</exception>
    void Finish();
}

/// <summary>The first line of an export: what it is of.</summary>
internal sealed record ExportHeader(NamespaceKey Key, long HeadSeq, long Horizon, byte[]? Settings);
