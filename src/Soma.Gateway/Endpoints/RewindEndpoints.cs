using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.Endpoints;

/// <summary>The past of a whole namespace: going back to a moment, and comparing two. The path names the namespace.</summary>
internal static class RewindEndpoints
{
    private static RequestShape<Form<Rewind>> Rewind { get; } = new RequestShape<Form<Rewind>>("RewindNamespace", () => new(new Rewind { AsOf = default, Timeout = default }))
        .With(PastEndpoints.AsOfField, PastEndpoints.Moment, (form, moment) => form.Command.AsOf = moment, "The moment to go back to: a seq, or a time as ISO-8601 or as seconds since 1970 with a point.", required: true)
        .With("dry_run", CommonFields.Boolean.Else(false), (form, isDry) => form.Command.DryRun = isDry, "Counts and changes nothing.")
        .WithTenant();

    private static RequestShape<DiffForm> Diff { get; } = new RequestShape<DiffForm>("DiffNamespace", () => new DiffForm()) { Check = RequireState }
        .With("from", PastEndpoints.Moment, (form, moment) => form.Command.From = moment, "The earlier moment.", excludes: "other")
        .With("to", PastEndpoints.Moment, (form, moment) => form.Command.To = moment, "The later moment. Default: now.", excludes: "other")
        .With("other", new NameType(), (form, name) => form.Other = name, "Another namespace of the tenant, whose present is compared with this one's in place of two moments.")
        .With("limit", PageSize.Else(100), (form, limit) => form.Command.Limit = limit)
        .With("cursor", Text, (form, cursor) => form.Command.Cursor = cursor, "The last page's next_cursor.")
        .WithTenant();

    public static void MapRewind(this IEndpointRouteBuilder routes)
    {
        var namespaces = routes.MapProtected("Past").LimitedAs("/namespaces").Needs(Scopes.Admin);
        namespaces.MapPost(NamespaceRoute.Template + "/rewind", RewindAsync).WithMetadata(PastOperations.Rewind, new RequestContract(Rewind, FieldsIn.Body, RequestKind.Write));
        namespaces.MapGet(NamespaceRoute.Template + "/diff", DiffAsync).WithMetadata(PastOperations.Diff, new RequestContract(Diff, FieldsIn.Query, RequestKind.Read));
    }

    private static async Task<Results<Answer<RewoundNamespace>, Problem>> RewindAsync(HttpContext context, GatewayCore core)
    {
        var request = await core.ReadAsync(context, Rewind, new RequestContract(Rewind, FieldsIn.Body, RequestKind.Write));
        if (request.IsRefused)
        {
            return request.Problem;
        }

        var name = request.Value.Target.Namespace.Name;
        var target = request.Value.Target with { Coordinate = name };
        var rewind = request.Value.Form.Command;
        (rewind.Key, rewind.Timeout) = (target.ToKey(context), core.Options.RequestTimeout);
        (rewind.By, rewind.Limits) = (Writer.Of(context), Writer.LimitsOf(context));
        var reply = await core.Client.RewindAsync(target.Namespace, rewind);
        if (reply.Rejection is { } rejection)
        {
            return Problem.Of(rejection);
        }

        context.Response.Headers[MinSeq.SeqHeader] = reply.HeadSeq.ToString(CultureInfo.InvariantCulture);
        return reply.Complete
            ? Answer<RewoundNamespace>.Of(new RewoundNamespace(name, reply.PastSeq, reply.Stored, reply.Deleted, reply.Linked, reply.Unlinked))
            : new Problem(504, string.Create(CultureInfo.InvariantCulture, $"The deadline passed after {reply.Stored} stores, {reply.Deleted} deletions, {reply.Linked} links made and {reply.Unlinked} removed; the same request with the same Idempotency-Key goes on"))
            {
                Outcome = "partly_applied",
                Deleted = reply.Deleted,
            };
    }

    private static async Task<Results<Answer<StateDifferences>, Problem>> DiffAsync(HttpContext context, GatewayCore core)
    {
        var request = await core.ReadAsync(context, Diff, new RequestContract(Diff, FieldsIn.Query, RequestKind.Read));
        if (request.IsRefused)
        {
            return request.Problem;
        }

        var (form, key) = (request.Value.Form, request.Value.Target.Namespace);
        if (form.Other is { } other)
        {
            form.Command.Other = key with { Name = other };
            if (!context.Caller().MayUse(form.Command.Other.Value))
            {
                return NamespaceRoute.NotFound;
            }
        }

        var reply = await core.Client.DiffAsync(key, form.Command, context.RequestAborted);
        if (reply.CursorInvalid)
        {
            return new Problem(400, "cursor is not one that this service made");
        }

        return (reply.Rejection is { } rejection ? Problem.Of(rejection) : MinSeq.Check(context, request.Value.MinSeq, reply.HeadSeq)) is { } refused
            ? refused
            : StateDifferences.ToAnswer(reply);
    }

    private static void RequireState(DiffForm form, FieldPlace query)
    {
        if (form is { Command: { From: null, Cursor: null }, Other: null } && !query.Errors.Any)
        {
            query.Beside("from").IsWrong("Give from (and to), or other", "missing");
        }
    }

    /// <summary>What is compared.</summary>
    private sealed class DiffForm() : Form<DiffStates>(new DiffStates { Limit = 0, Timeout = default })
    {
        public string? Other { get; set; }
    }
}
