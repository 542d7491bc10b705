using System.Diagnostics;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>The span of a commit, which many traces share.</summary>
/// <remarks>
/// A commit serves every command of its batch, but a span has one parent: the first sampled command's. The others are links,
/// so that whoever looks at one write finds the commit that carried it.
/// </remarks>
internal static class CommitTracing
{
    /// <summary>Null where nobody listens.</summary>
    public static Activity? Start(CommitBatch batch, IReadOnlyList<(PendingWrite Write, WriteReply Reply)> decided)
    {
        if (!SomaActivities.Source.HasListeners())
        {
            return null;
        }

        var (parent, links) = Traces(decided);
        var activity = SomaActivities.Source.StartActivity(SomaActivities.Commit, ActivityKind.Internal, parent, links: links);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("soma.rows", batch.Log.Count);
            activity.SetTag("soma.commands", decided.Count);
            activity.SetTag("soma.bytes", decided.Sum(each => (long)each.Write.Command.Bytes));
        }

        return activity;
    }

    public static void Describe(Activity? activity, CommitStatus status)
    {
        activity?.SetTag("soma.outcome", NameOf(status));
        if (status is CommitStatus.Fenced or CommitStatus.Failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error, NameOf(status));
        }
    }

    private static (ActivityContext Parent, List<ActivityLink>? Links) Traces(IReadOnlyList<(PendingWrite Write, WriteReply Reply)> decided)
    {
        var parent = default(ActivityContext);
        List<ActivityLink>? links = null;
        foreach (var (write, _) in decided)
        {
            if (IsSampled(write.Trace) && IsSampled(parent))
            {
                (links ??= []).Add(new ActivityLink(write.Trace));
            }
            else if (parent == default || IsSampled(write.Trace))
            {
                // An unsampled one is better than none: it tells the sampler that nobody asked for this commit's trace.
                parent = write.Trace;
            }
        }

        return (parent, links);
    }

    private static bool IsSampled(ActivityContext context) => (context.TraceFlags & ActivityTraceFlags.Recorded) != 0;

    // A clash, and what turned out not to have been applied, are decided and sent again.
    private static string NameOf(CommitStatus status) =>
        status is CommitStatus.ReceiptClash or CommitStatus.Unknown ? "again" : CommitInstruments.NameOf(status);
}
