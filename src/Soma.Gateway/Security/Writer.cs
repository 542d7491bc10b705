namespace Soma.Gateway.Security;

/// <summary>How the caller of a request is named to the owner of a namespace.</summary>
internal static class Writer
{
    /// <summary>The name for the log; null: the root token.</summary>
    public static string? Of(HttpContext context) => context.Caller() is { IsRoot: false, By: var by } ? by : null;

    /// <summary>How much the caller may keep; null: nothing limits it.</summary>
    public static CallerLimits? LimitsOf(HttpContext context) => context.Caller().Limits is { Memories: null, Bytes: null } ? null : context.Caller().Limits;

    /// <summary>The key under which the owner keeps the answer for a client's <c>Idempotency-Key</c>.</summary>
    /// <remarks>
    /// Each caller has keys of their own: one that guesses another's key gets no answer that was made for the other, and learns nothing. No header
    /// can hold a line feed, so no key of one caller is that of another. Root's keys are as they were before there were other callers.
    /// </remarks>
    public static string KeyOf(HttpContext context, string key) => context.Caller() is { IsRoot: false, Id: var id }
        ? $"{IdempotencyKey.ClientPrefix}{id}\n{key}"
        : IdempotencyKey.ClientPrefix + key;
}
