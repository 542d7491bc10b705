using Microsoft.AspNetCore.Connections;

namespace Soma.Gateway.Http;

/// <summary>Marks a request whose client went away before it was answered: there is nobody to answer, and nothing broke here.</summary>
internal static class ClientGone
{
    /// <summary>What proxies log for a caller that hung up. It stands in metrics and logs only: nobody is left to read it.</summary>
    public const int Status = 499;

    private static readonly object Key = new();

    public static void Mark(HttpContext context) => context.Items[Key] = Key;

    public static bool IsMarked(HttpContext context) => context.Items.ContainsKey(Key);

    /// <summary>Whether the failure of a request is that its client went away in the middle of its body or of its answer.</summary>
    public static bool Explains(Exception failure, HttpContext context) => failure switch
    {
        OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested => true,
        // The reader of the body, or the writer of the answer, notices the end of a connection before it is told as an abort.
        ConnectionResetException or ConnectionAbortedException => true,
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => bad.Message.StartsWith("Unexpected end", StringComparison.Ordinal),
        _ => false,
    };
}
