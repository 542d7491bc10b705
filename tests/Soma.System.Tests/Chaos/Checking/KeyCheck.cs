using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>
/// Checks that repeated writes with the same idempotency key got the same answer, and that receipts agree with the
/// answers.
/// </summary>
internal static class KeyCheck
{
    public static void Run(StoredNamespace stored, IReadOnlyList<Operation> operations, WriteCheck writes, Violations violations)
    {
        var receipts = stored.Receipts.ToDictionary(receipt => receipt.Key);
        var firsts = operations.Where(operation => operation is { Key: not null, Kind: not OperationKind.Replay }).ToDictionary(operation => operation.Key!);
        foreach (var first in firsts.Values)
        {
            CheckReceipt(first, receipts.GetValueOrDefault(first.Key!), writes, violations);
        }

        foreach (var replay in operations.Where(operation => operation is { Kind: OperationKind.Replay, Outcome: Outcome.Done or Outcome.Refused }))
        {
            var first = firsts[replay.Key!];
            if ((replay.Status, replay.Body, replay.Head, replay.ETag) != (first.Status, first.Body, first.Head, first.ETag))
            {
                violations.Add(
                    "replay", $"{replay} with '{replay.Body}' (ETag {replay.ETag}) was first answered {first} with '{first.Body}' (ETag {first.ETag})");
            }
        }

        foreach (var key in receipts.Keys.Except(firsts.Keys))
        {
            violations.Add("receipt", $"{stored.Name}: nobody sent the key {key}");
        }
    }

    private static void CheckReceipt(Operation first, StoredReceipt? receipt, WriteCheck writes, Violations violations)
    {
        var isRight = first.Outcome switch
        {
            Outcome.Done => receipt is not null && receipt.Status == first.Status && receipt.Body == first.Body && receipt.Seq == first.Head,
            // A delete has no marker by which it could be found, and neither has a write that changed nothing. Either
            // may have left a receipt.
            Outcome.Unknown => first.Kind == OperationKind.Delete || receipt is not null == writes.FindFirst(first) is not null,
            _ => receipt is null,
        };
        if (!isRight)
        {
            violations.Add("receipt", $"{first} with '{first.Body}' has the receipt {receipt?.ToString() ?? "none"}");
        }
    }
}
