using System.CommandLine;
using Soma.Archives;

namespace Soma.Past;

/// <summary>The command line of the commands of the past.</summary>
internal static class PastCommands
{
    private const string MomentText = "A seq, or a time as ISO-8601 or as seconds since 1970 with a point.";

    /// <param name="served">The arguments that name a namespace of a running service.</param>
    public static Command History((Argument<string> Namespace, Option<string> Tenant, Option<Uri> Url) served)
    {
        var key = new Argument<string>("key") { Description = "The memory: a coordinate such as 1,2, or @ and an id." };
        var json = Json();
        var history = new Command("history", "List the versions and deletes of a memory, newest first.") { served.Namespace, key, served.Tenant, served.Url, json };
        return history.WithAction(
            parsed => new HistoryRequest(
                parsed.GetRequiredValue(served.Url), new(parsed.GetRequiredValue(served.Tenant), parsed.GetRequiredValue(served.Namespace)),
                parsed.GetRequiredValue(key), parsed.GetValue(json)),
            HistoryCommand.RunAsync);
    }

    /// <inheritdoc cref="History"/>
    public static Command Rewind((Argument<string> Namespace, Option<string> Tenant, Option<Uri> Url) served)
    {
        var asOf = new Option<string>("--as-of") { Required = true, Description = $"The moment to go back to. {MomentText}" };
        var dry = new Option<bool>("--dry-run") { Description = "Count what would change, and change nothing." };
        var key = new Option<string?>("--idempotency-key") { Description = "The key that an earlier run named, to go on with it. Without one, a rewind of its own." };
        var json = Json();
        var rewind = new Command("rewind", "Make a namespace equal to a moment of its past, while the running service goes on serving it. Another rewind undoes it.")
        {
            served.Namespace, asOf, dry, key, served.Tenant, served.Url, json,
        };
        return rewind.WithAction(
            parsed => new RewindRequest(
                parsed.GetRequiredValue(served.Url), new(parsed.GetRequiredValue(served.Tenant), parsed.GetRequiredValue(served.Namespace)),
                parsed.GetRequiredValue(asOf), parsed.GetValue(dry), parsed.GetValue(json), parsed.GetValue(key)),
            RewindCommand.RunAsync);
    }

    /// <inheritdoc cref="History"/>
    public static Command Diff((Argument<string> Namespace, Option<string> Tenant, Option<Uri> Url) served)
    {
        var from = new Option<string?>("--from") { Description = $"The earlier moment. {MomentText}" };
        var to = new Option<string?>("--to") { Description = "The later moment; now, if it is not given." };
        var other = new Option<string?>("--other") { Description = "Another namespace of the tenant, in place of two moments." };
        var json = Json();
        var diff = new Command("diff", "List the memories that two moments of a namespace, or two namespaces, do not share.")
        {
            served.Namespace, from, to, other, served.Tenant, served.Url, json,
        };
        diff.Validators.Add(result =>
        {
            if ((result.GetValue(from) is null) == (result.GetValue(other) is null) || (result.GetValue(to) is not null && result.GetValue(from) is null))
            {
                result.AddError("Say what to compare: --from <moment> (and --to), or --other <namespace>.");
            }
        });
        return diff.WithAction(
            parsed => new DiffRequest(
                parsed.GetRequiredValue(served.Url), new(parsed.GetRequiredValue(served.Tenant), parsed.GetRequiredValue(served.Namespace)),
                parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(other), parsed.GetValue(json)),
            DiffCommand.RunAsync);
    }

    private static Option<bool> Json() => new("--json") { Description = "One JSON object a line, as the service answers it." };
}
