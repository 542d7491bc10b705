using System.Diagnostics;

namespace Soma.Grains;

/// <summary>The traces of what grains do. Where nobody listens, starting a span costs one look and makes nothing.</summary>
/// <remarks>Tags say how much and how it went, never which namespace, whose, or what was written.</remarks>
public static class SomaActivities
{
    public const string SourceName = "Soma";

    /// <summary>From a command's admission to its answer.</summary>
    public const string Write = "soma.write";

    /// <summary>From sending a commit to knowing what became of it. Serves many writes, so it is linked to all of them.</summary>
    public const string Commit = "soma.commit";

    /// <summary>A search in its grain.</summary>
    public const string Search = "soma.search";

    /// <summary>The part of it that ranks, on a thread of the pool.</summary>
    public const string Rank = "soma.search.rank";

    /// <summary>Loading a namespace's index.</summary>
    public const string LoadIndex = "soma.load_index";

    /// <summary>Taking a namespace, with the wait for its predecessor's lease.</summary>
    public const string TakeEpoch = "soma.take_epoch";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>For an exception filter: marks the span and lets the exception pass.</summary>
    internal static bool Mark(Activity? activity, Exception failure)
    {
        activity?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
        return false;
    }
}
