using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Following;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Engine.Resident;

namespace Soma.Grains.Engine.Committing;

/// <summary>The parts of the engine that readers see and that a commit changes together.</summary>
internal sealed record CommittedState(
    NamespaceOwner Owner,
    RowReader Reader,
    AccessCounts AccessCounts,
    AccessTimes AccessTimes,
    NamespaceBounds Bounds,
    NamespaceUsage Usage,
    ReceiptWindow Receipts,
    NamespaceIndexes Indexes,
    SimilarMemories Similar,
    ChangeFeed Feed);
