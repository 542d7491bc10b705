namespace Soma.System.Tests.Chaos.Recording;

/// <summary>One row that a write asked for.</summary>
/// <param name="Coordinate">Canonical; of a link, where it starts.</param>
/// <param name="Marker">A word that no other row of the whole run has; empty for a delete, which has no room for one.</param>
internal sealed record SentRow(string Coordinate, string Marker);
