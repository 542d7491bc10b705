using System.Diagnostics;

namespace Soma.Grains;

/// <summary>The spans of what grains do. If nobody listens, starting a span costs one check and allocates nothing.</summary>
/// <remarks>Tags hold counts and outcomes, never the namespace, the tenant or contents.</remarks>
public static class SomaActivities
{
    public const string SourceName = "Soma";

    /// <summary>From a command's admission to its answer.</summary>
    public const string Write = "soma.write";

    /// <summary>From sending a commit until its outcome is certain. A commit serves many writes, so the span is linked to all of them.</summary>
    public const string Commit = "soma.commit";

    /// <summary>A search, in the grain.</summary>
    public const string Search = "soma.search";

    /// <summary>The ranking of a search, on a thread of the search pool.</summary>
    public const string Rank = "soma.search.rank";

    /// <summary>Loading a namespace's index.</summary>
    public const string LoadIndex = "soma.load_index";

    /// <summary>Taking ownership of a namespace, including the wait for the previous owner's lease.</summary>
    public const string TakeEpoch = "soma.take_epoch";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>For an exception filter: marks the span and lets the exception pass.</summary>
    internal static bool Mark(Activity? activity, Exception failure)
    {
        activity?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
        return false;
    }
}
