namespace Soma.Grains.Storage.Archives;

/// <summary>A column of an archived table, by its name in both stores.</summary>
public sealed record ArchiveColumn(string Name, ArchiveColumnType Type);
