using Soma.Grains.Interfaces;

namespace Soma.Archives.Exports;

/// <summary>The first line of an export: what it is of.</summary>
internal sealed record ExportHeader(NamespaceKey Key, long HeadSeq, long Horizon, byte[]? Settings);
