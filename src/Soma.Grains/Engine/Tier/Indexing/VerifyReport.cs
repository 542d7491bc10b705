namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>What a check of a whole index found.</summary>
/// <param name="Checked">Coordinates looked at, some of them more than once.</param>
/// <param name="Mended">Points that were missing or different, and were written.</param>
/// <param name="Removed">Points that should not have been there.</param>
/// <param name="IsSettled">False: a request of the check itself may still be applied late; check again.</param>
public sealed record VerifyReport(long Checked, long Mended, long Removed, bool IsSettled);
