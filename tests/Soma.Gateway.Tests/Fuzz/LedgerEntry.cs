using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>One change that an answer claims.</summary>
/// <param name="Version">Null: the answer does not say.</param>
/// <param name="Payload">The payload's bytes as they were sent; null: not comparable (a merge, a batch).</param>
/// <param name="Answer">The answer's text, to tell a repetition from a second change.</param>
internal sealed record LedgerEntry(LogOp Op, Coordinate Coordinate, long? Version, byte[]? Payload, string Answer);
