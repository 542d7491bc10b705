using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Committing;

/// <summary>Commands that were decided together, with the answers they get once their commit has happened.</summary>
internal sealed record FormedBatch(BatchDraft Draft, IReadOnlyList<(PendingWrite Write, WriteReply Reply)> Decided);
