using Soma.Grains.Interfaces;

namespace Soma.Archives.Exports;

/// <summary>What <c>soma export</c> was asked for.</summary>
/// <param name="Key">Which namespace.</param>
/// <param name="To">A new file, compressed where its name ends in <c>.gz</c>; <c>-</c>: standard output.</param>
public sealed record ExportRequest(NamespaceKey Key, string To);
