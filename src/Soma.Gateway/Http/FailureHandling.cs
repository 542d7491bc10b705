using Microsoft.AspNetCore.Connections;
using Orleans.Runtime.Messaging;

namespace Soma.Gateway.Http;

/// <summary>Turns failures, and error statuses that the framework leaves without a body, into problems.</summary>
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
            // Not even a status is set: the response may have started, and the server ends the connection either way.
            ClientGone.Mark(context);
            context.Abort();
            return;
        }
        // The loop boundary of a request: whatever failed, its caller gets an answer and the process goes on.
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e);
            return;
        }
        catch (Exception e)
        {
            // Half an answer is on its way: the client learns by the broken connection that it is not whole.
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

/// <summary>What a failure looks like from outside. Nothing of its inside is shown.</summary>
internal static class Failures
{
    private const int RetryAfterSeconds = 1;

    /// <summary>Null: a fault of this service, to be logged and answered 500.</summary>
    public static Problem? ToProblem(Exception e) => e switch
    {
        OverloadedException { OfSearches: true } => Unavailable("Too many searches are waiting; nothing was applied"),
        OverloadedException => Unavailable("Too many writes are waiting; nothing was applied"),
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
