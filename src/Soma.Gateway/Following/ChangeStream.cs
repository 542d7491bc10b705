using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Soma.Gateway.Following;

/// <summary>Streams changes as server-sent events until the client goes or the process stops.</summary>
/// <remarks>
/// <para>A page is read when the client has taken the page before, so a slow client costs one small page, and an idle one none.
/// <c>id</c> is the change's seq: a client that connects again sends it as <c>Last-Event-ID</c> and goes on there, at any gateway.</para>
/// <para>A failure of a silo or of the store does not end the stream: the page is asked for again, and comments keep the connection alive
/// meanwhile. Only a place that is not of this log ends it, with the event <c>reset</c>.</para>
/// </remarks>
internal sealed class ChangeStream(ChangeHub hub, GatewayCore core, NamespaceKey key, ReadChanges place) : Answer<ChangePage>
{
    public const string ContentType = "text/event-stream";

    // Proxies and balancers commonly close a connection after a minute of silence.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A page holds this many changes and bytes, so that followers who read slowly hold little.</summary>
    public const int PageRows = 256;
    public const int PageBytes = 256 * 1024;

    public override async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-cache";
        // Keeps nginx from buffering the stream.
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        LetReadSlowly(httpContext);
        RequestObservation.LeaveUntimed(httpContext);
        using var ending = StreamEnds.Link(httpContext);
        try
        {
            await StreamAsync(response.BodyWriter, ending.Token);
        }
        catch (Exception e) when (ClientGone.Explains(e, httpContext))
        {
            // That is how a stream ends: its client leaves when it likes.
        }
        catch (OperationCanceledException)
        {
            // The process stops. The answer ends as it should, and the client connects again elsewhere. Its headers were sent long
            // before the drain began, so the connection is closed here, and the drain need not wait for the client to do it.
            httpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    private async Task StreamAsync(PipeWriter output, CancellationToken ending)
    {
        await SendAsync(output, ": soma\n\n"u8, ending);
        var log = 0L;
        while (true)
        {
            var reply = await ReadAsync(output, ending);
            if (reply.IsPlaceGone || (log != 0 && reply.LogId != log))
            {
                ServerSentEvents.Write(output, "reset", null, new LogPlace(LogNames.Of(reply.LogId), reply.HeadSeq));
                await output.FlushAsync(ending);
                return;
            }

            if (log != reply.LogId)
            {
                (log, place.LogId) = (reply.LogId, reply.LogId);
                ServerSentEvents.Write(output, "log", null, new LogPlace(LogNames.Of(log), reply.HeadSeq));
            }

            await SendPageAsync(output, reply, ending);
            if (reply.NextAfter >= reply.HeadSeq)
            {
                await WaitAsync(output, ending);
            }
        }
    }

    private async Task SendPageAsync(PipeWriter output, ChangesReply reply, CancellationToken ending)
    {
        foreach (var change in reply.Changes)
        {
            ServerSentEvents.Write(output, null, change.Seq, Change.From(change));
            await FlushAsync(output, ending);
        }

        var shown = reply.Changes is [.., var last] ? last.Seq : place.After;
        place.After = reply.NextAfter;
        if (reply.NextAfter > shown)
        {
            // The filters left changes out. An id without data moves the client's place and is no event.
            ServerSentEvents.WriteId(output, reply.NextAfter);
        }

        await FlushAsync(output, ending);
    }

    /// <summary>Reads the next page, however often that fails.</summary>
    private async Task<ChangesReply> ReadAsync(PipeWriter output, CancellationToken ending)
    {
        while (true)
        {
            try
            {
                return await core.Client.ReadChangesAsync(key, place, ending);
            }
            catch (Exception e) when (Failures.ToProblem(e) is not null)
            {
                await SendAsync(output, ":\n\n"u8, ending);
                await Task.Delay(Pause, core.Clock, ending);
            }
        }
    }

    private async Task WaitAsync(PipeWriter output, CancellationToken ending)
    {
        // One wait for all heartbeats, so that a follower stays in the hub until there is something to read.
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var change = hub.WaitAsync(key, place.After, place.LogId, wait.Token);
        try
        {
            // Not WaitAsync with a time: its exception at each heartbeat cost a thousand followers more than all the rest.
            while (await Task.WhenAny(change, Task.Delay(Heartbeat, core.Clock, wait.Token)) != change)
            {
                await SendAsync(output, ":\n\n"u8, ending);
            }

            await change;
        }
        finally
        {
            await wait.CancelAsync();
        }
    }

    private static Task SendAsync(PipeWriter output, ReadOnlySpan<byte> text, CancellationToken ending)
    {
        output.Write(text);
        return FlushAsync(output, ending);
    }

    /// <summary>Waits until the client has taken enough to go on.</summary>
    private static async Task FlushAsync(PipeWriter output, CancellationToken ending)
    {
        var flush = output.FlushAsync(ending);
        var result = flush.IsCompletedSuccessfully ? flush.Result : await flush;
        if (result.IsCompleted)
        {
            throw new OperationCanceledException("The client has gone.");
        }
    }

    /// <summary>A consumer may work on one change for long before it reads on, so the server's least speed of reading does not hold here.</summary>
    private static void LetReadSlowly(HttpContext context)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(bytesPerSecond: 1, gracePeriod: TimeSpan.FromMinutes(5));
        }
    }
}
