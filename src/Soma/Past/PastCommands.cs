using System.CommandLine;
using Soma.Remote;

namespace Soma.Past;

/// <summary>The command line of the commands of the past.</summary>
internal static class PastCommands
{
    private const string MomentText = "A seq, or a time as ISO-8601 or as seconds since 1970 with a point.";

    public static Command History(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "The memory's namespace.");
        var key = new Argument<string>("key") { Description = RemoteArguments.KeyText };
        var json = Json();
        var history = service.AddTo(new Command("history", "List the versions and deletes of a memory, newest first."));
        history.Add(key);
        history.Add(json);
        return service.Run(
            history,
            (parsed, target) => new HistoryRequest(target.Url, target.Key(), RemoteArguments.KeyOf(parsed.GetRequiredValue(key)), parsed.GetValue(json)),
            HistoryCommand.RunAsync);
    }

    public static Command Rewind(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "What goes back.");
        var asOf = new Option<string>("--as-of") { Required = true, Description = $"The moment to go back to. {MomentText}" };
        var dry = new Option<bool>("--dry-run") { Description = "Count what would change, and change nothing." };
        var key = new Option<string?>("--idempotency-key") { Description = "The key that an earlier run named, to go on with it. Without one, a rewind of its own." };
        var json = Json();
        var rewind = service.AddTo(new Command("rewind", "Make a namespace equal to a moment of its past, while the running service goes on serving it. Another rewind undoes it.")
        {
            asOf, dry, key, json,
        });
        return service.Run(
            rewind,
            (parsed, target) => new RewindRequest(
                target.Url, target.Key(), parsed.GetRequiredValue(asOf), parsed.GetValue(dry), parsed.GetValue(json), parsed.GetValue(key)),
            RewindCommand.RunAsync);
    }

    public static Command Diff(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "What is compared.");
        var from = new Option<string?>("--from") { Description = $"The earlier moment. {MomentText}" };
        var to = new Option<string?>("--to") { Description = "The later moment; now, if it is not given." };
        var other = new Option<string?>("--other") { Description = "Another namespace of the tenant, in place of two moments." };
        var json = Json();
        var diff = service.AddTo(new Command("diff", "List the memories that two moments of a namespace, or two namespaces, do not share.") { from, to, other, json });
        diff.Validators.Add(result =>
        {
            if ((result.GetValue(from) is null) == (result.GetValue(other) is null) || (result.GetValue(to) is not null && result.GetValue(from) is null))
            {
                result.AddError("Say what to compare: --from <moment> (and --to), or --other <namespace>.");
            }
        });
        return service.Run(
            diff,
            (parsed, target) => new DiffRequest(target.Url, target.Key(), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(other), parsed.GetValue(json)),
            DiffCommand.RunAsync);
    }

    private static Option<bool> Json() => new("--json") { Description = "One JSON object a line, as the service answers it." };
}
