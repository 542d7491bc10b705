namespace Soma.System.Tests.Chaos.Recording;

/// <summary>One row that a write asked for.</summary>
/// <param name="Coordinate">The canonical text; for a link, of its start.</param>
/// <param name="Marker">A word that no other row of the run contains; empty for a delete, which cannot carry a
/// word.</param>
internal sealed record SentRow(string Coordinate, string Marker);
