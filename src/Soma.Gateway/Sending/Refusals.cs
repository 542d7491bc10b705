namespace Soma.Gateway.Sending;

/// <summary>Which replies to a write speak for all of its attempts.</summary>
internal static class Refusals
{
    /// <summary>
    /// An answer does, and so does a refusal for good: a key used for another request, a wrong dimension, a condition on one seq,
    /// which no memory has twice. "Not found" and the other conditions hold only until the memory's next change.
    /// </summary>
    public static bool SpeakForAll(WriteCommand command, WriteReply reply) =>
        reply.Rejection is not { Status: 404 or 412 } || command.Operations.All(static operation => ConditionOf(operation).Seq is not null);

    private static Precondition ConditionOf(WriteOperation operation) => operation switch
    {
        PutMemory put => put.Condition,
        PatchMemory patch => patch.Condition,
        DeleteMemory delete => delete.Condition,
        _ => default,
    };
}
