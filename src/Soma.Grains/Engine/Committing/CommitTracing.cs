using System.Diagnostics;

namespace Soma.Grains.Engine.Committing;

/// <summary>Makes the span of a commit, which belongs to the traces of all its commands.</summary>
/// <remarks>
/// A span can have one parent only, so the span of the first sampled command is the parent, and the spans of the others are linked.
/// Example: of three sampled writes in one batch, the commit is a child of the first and links to the other two.
/// </remarks>
internal static class CommitTracing
{
    /// <summary>Starts the span; null if nobody listens.</summary>
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
                // Without a sampled command, an unsampled one becomes the parent: it tells the sampler not to record this commit.
                parent = write.Trace;
            }
        }

        return (parent, links);
    }

    private static bool IsSampled(ActivityContext context) => (context.TraceFlags & ActivityTraceFlags.Recorded) != 0;

    // After a clash, and if a batch turned out not to have been applied, the commands are decided and sent again.
    private static string NameOf(CommitStatus status) =>
        status is CommitStatus.ReceiptClash or CommitStatus.Unknown ? "again" : CommitInstruments.NameOf(status);
}
