using System.Data.Common;

namespace Soma.Grains.Storage.Past;

/// <summary>Reads the rows of the statements about the past, whose column order is that of the SQL files.</summary>
internal static class PastRows
{
    /// <summary>asked, seq, at.</summary>
    public static LoggedTime Time(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), new Instant(row.GetInt64(2)));

    /// <summary>coord, seq, version.</summary>
    public static StatePlace Place(DbDataReader row) =>
        new(Coordinate.FromCanonical(row.GetString(0)), row.GetInt64(1), row.GetInt64(2));
}
