using System.CommandLine;
using Soma.Remote;

namespace Soma.Following;

/// <summary>The command lines of <c>soma changes</c> and <c>soma watch</c>.</summary>
internal static class ChangesCommands
{
    public static Command Changes(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "Whose changes are printed.", isOptional: true);
        var after = new Option<long>("--after") { Description = "The seq of the newest change that you have.", DefaultValueFactory = _ => 0 };
        var follow = new Option<bool>("--follow") { Description = "Go on with the changes to come, until Ctrl-C." };
        var json = Json();
        var changes = service.AddTo(new Command("changes", "Print what changed in a namespace of a running service, in order, one line each."));
        foreach (var option in (Option[])[after, follow, json])
        {
            changes.Add(option);
        }

        return service.Run(
            changes, (parsed, target) => new ChangesRequest(target.Url, target.Key(), parsed.GetValue(after), parsed.GetValue(follow), parsed.GetValue(json)), ChangesCommand.RunAsync);
    }

    public static Command Watch(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "Which one.", isOptional: true);
        var json = Json();
        var watch = service.AddTo(new Command("watch", "Print the changes of a namespace as they happen, from now on until Ctrl-C."));
        watch.Add(json);
        return service.Run(watch, (parsed, target) => new ChangesRequest(target.Url, target.Key(), null, true, parsed.GetValue(json)), ChangesCommand.RunAsync);
    }

    private static Option<bool> Json() => new("--json") { Description = "Print each change as a line of JSON." };
}
