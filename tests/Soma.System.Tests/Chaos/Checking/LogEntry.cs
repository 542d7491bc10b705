namespace Soma.System.Tests.Chaos.Checking;

internal enum LoggedOp
{
    Put = 0,
    Delete = 1,
    Link = 2,
    Unlink = 3,
}

/// <summary>One row of a namespace's log, with the columns that the checks use.</summary>
/// <param name="Marker">The unique word in the written payload; empty for a delete.</param>
internal readonly record struct LogEntry(long Seq, LoggedOp Op, string Coordinate, long Version, long Epoch, string Marker)
{
    /// <summary>Whether the row changes a memory (a link does not).</summary>
    public bool IsOfMemory => Op is LoggedOp.Put or LoggedOp.Delete;
}
