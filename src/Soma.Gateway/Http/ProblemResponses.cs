namespace Soma.Gateway.Http;

/// <summary>Turns failures, and error statuses that the framework leaves without a body, into problems.</summary>
internal sealed class ProblemResponses(RequestDelegate next, ILogger<ProblemResponses> logger)
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
