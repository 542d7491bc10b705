using Microsoft.AspNetCore.Connections;
using Orleans.Runtime.Messaging;

namespace Soma.Gateway.Http;

/// <summary>Middleware that answers exceptions, and error statuses that the framework sets without a body, with a problem document.</summary>
internal sealed class FailureHandling(RequestDelegate next, ILogger<FailureHandling> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (ClientGone.Explains(e, context))
        {
            // No status is set, because the response may have started. The server closes the connection in either case.
            ClientGone.Mark(context);
            context.Abort();
            return;
        }
        // The outermost handler of a request: whatever failed, the caller gets an answer and the process goes on.
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e);
            return;
        }
        catch (Exception e)
        {
            // A part of the answer was already sent. Breaking the connection tells the client that the answer is incomplete.
            Log.RequestBroke(logger, e, RequestIds.Of(context));
            context.Abort();
            return;
        }

        await FillBareErrorAsync(context);
    }

    private Task AnswerAsync(HttpContext context, Exception e)
    {
        context.Response.ContentLength = null;
        if (Failures.ToProblem(e) is { } problem)
        {
            Log.RequestFailed(logger, RequestIds.Of(context), problem.Status, e.GetType().Name);
            return problem.ExecuteAsync(context);
        }

        Log.RequestBroke(logger, e, RequestIds.Of(context));
        return new Problem(500, "Internal Server Error").ExecuteAsync(context);
    }

    private static Task FillBareErrorAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength > 0 || response.ContentType is not null)
        {
            return Task.CompletedTask;
        }

        var detail = response.StatusCode switch
        {
            404 => "Not Found",
            405 => "Method Not Allowed",
            _ => "The request was refused",
        };
        return new Problem(response.StatusCode, detail).ExecuteAsync(context);
    }
}

/// <summary>The problem that a client is told of an exception. Texts of exceptions are not shown, because they may hold internals.</summary>
internal static class Failures
{
    private const int RetryAfterSeconds = 1;

    /// <summary>Returns null for a defect of this service, which is logged and answered with 500.</summary>
    public static Problem? ToProblem(Exception e) => e switch
    {
        OverloadedException { OfSearches: true } => Unavailable("Too many searches are waiting; nothing was applied"),
        OverloadedException => Unavailable("Too many writes are waiting; nothing was applied"),
        StoreUnavailableException { Loss: { } loss } => Unavailable(loss),
        StoreUnavailableException => Unavailable("The store cannot be reached; nothing was applied"),
        IndexIncompleteException incomplete => Unavailable(incomplete.Message),
        ReplacedException => Unavailable("The namespace is moving to another silo; nothing was applied"),
        DeadlinePassedException => new Problem(504, "The deadline passed before the request was decided: not applied")
        {
            Outcome = "not_applied",
        },
        OutcomeUnknownException => new Problem(
            504,
            "The deadline passed before the outcome was known: unknown. Send the same request with the same Idempotency-Key again "
            + "to learn it; without a key, read the memory")
        {
            Outcome = "unknown",
        },
        GatewayTooBusyException or LimitExceededException => Unavailable("The service is overloaded"),
        OrleansMessageRejectionException or ConnectionFailedException or ClientNotAvailableException =>
            Unavailable("No silo can be reached"),
        TimeoutException => new Problem(504, "The deadline passed"),
        BadHttpRequestException bad => new Problem(bad.StatusCode, bad.StatusCode == 413 ? "Request entity too large" : "The request could not be read"),
        _ => null,
    };

    private static Problem Unavailable(string detail) => new(503, detail) { RetryAfterSeconds = RetryAfterSeconds };
}

/// <summary>Marks a request whose client disconnected before the end of the answer. That is not an error of this service.</summary>
internal static class ClientGone
{
    /// <summary>The status that proxies log for a client that disconnected. It only appears in metrics and logs, and is never sent.</summary>
    public const int Status = 499;

    private static readonly object Key = new();

    public static void Mark(HttpContext context) => context.Items[Key] = Key;

    public static bool IsMarked(HttpContext context) => context.Items.ContainsKey(Key);

    /// <summary>Whether a request failed because its client disconnected during the body or the answer.</summary>
    public static bool Explains(Exception failure, HttpContext context) => failure switch
    {
        OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested => true,
        // Reading the body or writing the answer may fail before the server reports the connection as aborted.
        ConnectionResetException or ConnectionAbortedException => true,
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => bad.Message.StartsWith("Unexpected end", StringComparison.Ordinal),
        _ => false,
    };
}
