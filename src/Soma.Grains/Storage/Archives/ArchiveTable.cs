namespace Soma.Grains.Storage.Archives;

/// <summary>
/// A table of which a namespace's rows are carried away and put back as they are. A row is its values in the order of the
/// columns: <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="string"/>, an array of bytes or null.
/// </summary>
public sealed record ArchiveTable(string Name, IReadOnlyList<ArchiveColumn> Columns);
