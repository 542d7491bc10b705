using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.Endpoints;

/// <summary>The past of a memory: its versions, and going back to one of them.</summary>
internal static class PastEndpoints
{
    public const string AsOfField = "as_of";
    public const string MomentDescription = "A moment of the past: a seq, or a time as ISO-8601 or as seconds since 1970 with a point.";
    public const string AsOfDescription = $"{MomentDescription} The answer is exactly the state after that moment.";

    private static readonly SeqType Number = new();

    public static MomentType Moment { get; } = new();

    public static RequestShape<Form<GetHistory>> History { get; } = new RequestShape<Form<GetHistory>>("GetHistory", () => new(new GetHistory { Coordinate = default, Limit = 0, Timeout = default }))
        .With("limit", PageSize.Else(100), (form, limit) => form.Command.Limit = limit)
        .With("cursor", Text, (form, cursor) => form.Command.Cursor = cursor, "The last page's next_cursor.")
        .WithTenant();

    private static RequestShape<Form<RevertMemory>> Revert { get; } = new RequestShape<Form<RevertMemory>>("RevertMemory", () => new(new RevertMemory { Coordinate = default })) { Check = RequireVersion }
        .With("version", Number, (form, version) => form.Command.Version = version, "The version to store again.")
        .With("seq", Number, (form, seq) => form.Command.AsOf = new Soma.Grains.Interfaces.Moment { Seq = seq }, "The version that was current after this seq; instead of version.", excludes: "version")
        .With(AsOfField, Moment, (form, moment) => form.Command.AsOf = moment, "The version of a moment: a seq, or a time as ISO-8601 or as seconds since 1970 with a point; instead of version.", excludes: "seq")
        .WithTenant();

    public static void MapPast(this IEndpointRouteBuilder routes)
    {
        var past = routes.MapProtected("Past");
        past.MapRead("/memories/{coord}/history", PastOperations.History, History, GetHistoryAsync).LimitedAs("/memories.history").Needs(Scopes.Read);
        past.MapWrite(HttpMethods.Post, "/memories/{coord}/revert", PastOperations.Revert, Revert, RevertAsync, kind: RequestKind.ConditionalWrite).LimitedAs("/memories.revert").Needs(Scopes.Write);
    }

    /// <summary>The answer to a request for a moment that cannot be read; null: it was read.</summary>
    /// <param name="asked">The moment; null: the present.</param>
    /// <param name="read">The seq of the moment that the silo read.</param>
    /// <param name="rejection">Why it did not.</param>
    public static Problem? Refuse(Moment? asked, long? read, Rejection? rejection) =>
        rejection is not null ? Problem.Of(rejection)
        // A silo of an earlier version does not know moments, and has answered from the present.
        : asked is not null && read is null ? new Problem(503, "A silo of an earlier version cannot read the past") { RetryAfterSeconds = 1 }
        : null;

    private static async Task<Results<Answer<MemoryHistory>, Problem>> GetHistoryAsync(Call<Form<GetHistory>> call)
    {
        var query = call.Form.Command;
        query.Coordinate = call.Coordinate;
        var reply = await call.Core.Client.GetHistoryAsync(call.Target.Namespace, query, call.Context.RequestAborted);
        if (reply.CursorInvalid)
        {
            return new Problem(400, "cursor is not one that this service made");
        }

        if (MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq) is { } tooOld)
        {
            return tooOld;
        }

        return reply.Versions.Length == 0 && query.Cursor is null ? new Problem(404, "Memory not found") : MemoryHistory.ToAnswer(reply);
    }

    private static async Task<Results<WriteAnswer<Stored>, Problem>> RevertAsync(Call<Form<RevertMemory>> call)
    {
        var revert = call.Form.Command;
        (revert.Coordinate, revert.Condition) = (call.Coordinate, call.Target.Headers.Condition);
        return await call.Core.WriteAsync<Stored>(call.Context, call.Target, AnswerKind.Store, revert);
    }

    private static void RequireVersion(Form<RevertMemory> form, FieldPlace body)
    {
        if (form.Command is { Version: null, AsOf: null } && !body.Errors.Any)
        {
            body.IsWrong("Give version, seq or as_of", "missing");
        }

        if (form.Command is { Version: not null, AsOf: not null })
        {
            body.IsWrong("Give only one of version, seq and as_of", "excluded");
        }
    }
}
