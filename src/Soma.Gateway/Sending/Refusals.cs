namespace Soma.Gateway.Sending;

/// <summary>Decides which replies to a write hold for all of its attempts.</summary>
internal static class Refusals
{
    /// <summary>
    /// A success does. A refusal does if no later change can lift it: the idempotency key was used for another request, the vector has
    /// a wrong dimension, or <c>If-Match</c> names a seq, which no memory has twice. "Not found" and the other conditions hold only
    /// until the next change of the memory, and a quota only until something is deleted.
    /// </summary>
    public static bool SpeakForAll(WriteCommand command, WriteReply reply) =>
        reply.Rejection?.Status switch
        {
            507 => false,
            404 or 412 => command.Operations.All(static operation => ConditionOf(operation).Seq is not null),
            _ => true,
        };

    private static Precondition ConditionOf(WriteOperation operation) => operation switch
    {
        PutMemory put => put.Condition,
        PatchMemory patch => patch.Condition,
        DeleteMemory delete => delete.Condition,
        _ => default,
    };
}
