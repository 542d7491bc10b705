namespace Soma.System.Tests.Chaos.Checking;

internal enum LoggedOp
{
    Put = 0,
    Delete = 1,
    Link = 2,
    Unlink = 3,
}

/// <summary>One row of a namespace's log, as far as the checks need it.</summary>
/// <param name="Marker">The word by which its writer knows it; empty for a delete.</param>
internal readonly record struct LogEntry(long Seq, LoggedOp Op, string Coordinate, long Version, long Epoch, string Marker)
{
    /// <summary>Whether it changes what a coordinate holds.</summary>
    public bool IsOfMemory => Op is LoggedOp.Put or LoggedOp.Delete;
}
