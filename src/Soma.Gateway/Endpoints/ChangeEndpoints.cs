using Soma.Gateway.Following;
using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.Endpoints;

/// <summary>A request for changes.</summary>
internal sealed class ChangesForm() : Form<ReadChanges>(new ReadChanges { Limit = 0, Timeout = default })
{
    /// <summary>How long to wait for a change if there is none.</summary>
    public double WaitSeconds { get; set; }
}

/// <summary>The change feed: its fields and its route.</summary>
internal static class ChangeEndpoints
{
    private const string LastEventId = "Last-Event-ID";
    private const double LongestWait = 30;
    private const string Embedding = "embedding";

    private static readonly ChoiceType<ChangeOps> Op = new(
        "ChangeOp", ("put", ChangeOps.Put), ("delete", ChangeOps.Delete), ("link", ChangeOps.Link), ("unlink", ChangeOps.Unlink));

    private static RequestShape<ChangesForm> Changes { get; } = new RequestShape<ChangesForm>("ListChanges", () => new ChangesForm())
        .With("after", new SeqType().Else(0), (form, seq) => form.Command.After = seq, "The seq of the newest change you have; 0 to begin.")
        .With("limit", PageSize.Else(100), (form, limit) => form.Command.Limit = limit)
        .With("log", new SeqType(isText: true), (form, log) => form.Command.LogId = log, "The log that after is of, as an answer named it. If the namespace has another log by now, the answer is 410.")
        .With("ops", new ListType<ChangeOps>(Op), (form, ops) => form.Command.Ops = ops.Aggregate(ChangeOps.None, static (all, op) => all | op), "Only changes of these kinds, with commas between the names.")
        .With("coord", Key, (form, key) => form.Command.Coordinate = key, "Only changes of this memory, and of links to or from it.")
        .With("id_prefix", new TextType(1, Coordinate.MaxIdBytes), (form, prefix) => form.Command.KeyPrefix = Coordinate.IdMark + prefix, "Only changes of memories whose id begins like this, and of links to or from them.")
        .With("include", new ListType<string>(new ChoiceType<string>("ChangeInclude", (Embedding, Embedding))), (form, names) => form.Command.IncludeVectors = names.Contains(Embedding), "embedding: the vectors that clients brought.")
        .With("wait_seconds", new NumberType(0, LongestWait, "a number from 0 to 30").Else(0), (form, seconds) => form.WaitSeconds = seconds, "If there is no change, how long to wait for one.")
        .WithTenant();

    public static void MapChanges(this IEndpointRouteBuilder routes) =>
        routes.MapProtected("Changes").MapRead("/changes", Operations.Changes, Changes, ListAsync).LimitedAs("/changes").Needs(Scopes.Read);

    private static async Task<Results<Answer<ChangePage>, Problem>> ListAsync(Call<ChangesForm> call)
    {
        var hub = call.Context.RequestServices.GetRequiredService<ChangeHub>();
        var (key, query) = (call.Target.Namespace, call.Form.Command);
        var isStream = call.Context.Request.GetTypedHeaders().Accept.Any(static type => type.MediaType == ChangeStream.ContentType);
        if (isStream && ReadLastEventId(call.Context, query) is { } wrong)
        {
            return wrong;
        }

        if (isStream)
        {
            (query.Limit, query.MaxBytes) = (ChangeStream.PageRows, ChangeStream.PageBytes);
        }

        // The first page of a stream is read here too, because a place that is gone must be a 410 and not a stream.
        var reply = await call.Core.Client.ReadChangesAsync(key, query, call.Context.RequestAborted);
        if ((MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq) ?? CheckPlace(query, reply)) is { } refused)
        {
            return refused;
        }

        return isStream ? new ChangeStream(hub, call.Core, key, query)
            : call.Form.WaitSeconds > 0 ? await PollAsync(call, hub, reply)
            : ChangePage.ToAnswer(reply);
    }

    /// <summary>Waits until a change passes the filters, the time is over, or the process stops.</summary>
    private static async Task<Results<Answer<ChangePage>, Problem>> PollAsync(Call<ChangesForm> call, ChangeHub hub, ChangesReply reply)
    {
        var query = call.Form.Command;
        using var ending = StreamEnds.Link(call.Context);
        ending.CancelAfter(TimeSpan.FromSeconds(call.Form.WaitSeconds));
        try
        {
            while (reply.Changes.Length == 0)
            {
                (query.After, query.LogId) = (reply.NextAfter, reply.LogId);
                if (reply.NextAfter >= reply.HeadSeq)
                {
                    await hub.WaitAsync(call.Target.Namespace, query.After, query.LogId, ending.Token);
                }

                reply = await call.Core.Client.ReadChangesAsync(call.Target.Namespace, query, call.Context.RequestAborted);
                if (CheckPlace(query, reply) is { } gone)
                {
                    return gone;
                }
            }
        }
        catch (OperationCanceledException) when (!call.Context.RequestAborted.IsCancellationRequested)
        {
            // The time is over: the answer says that there is nothing yet.
        }

        MinSeq.Check(call.Context, 0, reply.HeadSeq);
        return ChangePage.ToAnswer(reply);
    }

    private static Problem? CheckPlace(ReadChanges query, ChangesReply reply) => !reply.IsPlaceGone ? null : new Problem(
        410,
        string.Create(
            CultureInfo.InvariantCulture,
            $"after={query.After} is no place of this log, {LogNames.Of(reply.LogId) ?? "none"}, whose newest seq is {reply.HeadSeq}: the namespace was deleted or restored. Forget what you built and begin again at after=0"));

    private static Problem? ReadLastEventId(HttpContext context, ReadChanges query)
    {
        var text = context.Request.Headers[LastEventId].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            return new Problem(400, $"{LastEventId} must be the id of an event of this stream");
        }

        query.After = seq;
        return null;
    }
}
