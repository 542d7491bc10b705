namespace Soma.Grains.Storage.Archives;

/// <summary>What a column of an archived table holds. Whole numbers are all <see cref="long"/> in a row; their width is the database's.</summary>
public enum ArchiveColumnType
{
    Small,
    Integer,
    Long,
    Real,
    Flag,
    Text,
    Bytes,
}
