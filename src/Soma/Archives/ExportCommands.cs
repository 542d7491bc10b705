using System.CommandLine;
using Soma.Archives.Exports;
using Soma.Remote;

namespace Soma.Archives;

/// <summary>The command lines of <c>soma export</c> and <c>soma import</c>: of a store, or through a running service.</summary>
internal static class ExportCommands
{
    private const string Run = "--run";

    public static Command Export(CommandHost host)
    {
        var to = new Option<string>("--to") { Required = true, Description = "A new file, compressed where its name ends in .gz; - for standard output." };
        var service = ServiceArguments.Placed(host, "Which one.", isOptional: true);
        var export = service.AddTo(new Command("export", "Write a namespace's memories, links and history as JSON Lines, while whoever serves it goes on."));
        export.Add(to);
        export.SetAction(async (parsed, _) => (int)await Interruption.RunAsync(host.Errors, interrupted => ProcessBoundary.RunAsync("soma", host.Settings, host.Errors, () => service.NamesService(parsed)
            ? FromServiceAsync(host, service.Choice(parsed), parsed.GetRequiredValue(to), interrupted)
            : ExportCommand.RunAsync(host.Settings, new ExportRequest(KeyInStore(service.Choice(parsed)), parsed.GetRequiredValue(to)), Console.OpenStandardOutput, host.Output, host.Errors, interrupted))));
        return export;
    }

    public static Command Import(CommandHost host)
    {
        var from = new Option<string>("--from") { Required = true, Description = "A file, compressed where its name ends in .gz; - for standard input." };
        var format = new Option<ImportFormat>("--format") { Description = "Whose export it is; as a rule the first line says." };
        var replace = new Option<bool>("--replace") { Description = "Of a store: also replace a namespace that holds memories." };
        var run = new Option<string?>(Run) { Description = "Through a service: go on with the import of this name." };
        var service = ServiceArguments.Placed(host, "The namespace that is made or added to.", isOptional: true);
        var import = service.AddTo(new Command("import", "Make a namespace of an export of Soma's or SomaFractalMemory's, or add it to one in use."));
        foreach (var option in (Option[])[from, format, replace, run])
        {
            import.Add(option);
        }

        import.Validators.Add(result =>
        {
            if (result.GetResult(run) is not null)
            {
                ArchiveCommands.RequireName(result, result.GetValue(run), $"{Run}: a name");
            }
        });
        import.SetAction(async (parsed, _) => (int)await Interruption.RunAsync(host.Errors, interrupted => ProcessBoundary.RunAsync("soma", host.Settings, host.Errors, () =>
        {
            var target = service.NamesService(parsed) ? RemoteTarget.Resolve(host.Read, service.Choice(parsed)) : null;
            RequireMatching(target, parsed.GetValue(replace), parsed.GetValue(run));
            var request = new ImportRequest
            {
                Key = target?.Key() ?? KeyInStore(service.Choice(parsed)),
                From = parsed.GetRequiredValue(from),
                Format = parsed.GetValue(format),
                Replace = parsed.GetValue(replace),
                Service = target,
                Run = parsed.GetValue(run),
                Again = name => CommandText.With(parsed, Run, name),
            };
            return ImportCommand.RunAsync(target?.Settings ?? host.Settings, request, host.Input, host.Output, host.Errors, interrupted);
        })));
        return import;
    }

    private static NamespaceKey KeyInStore(TargetChoice choice) => new(choice.Tenant ?? "default", choice.Namespace ?? "default");

    private static void RequireMatching(RemoteTarget? target, bool replace, string? run)
    {
        if (target is not null && replace)
        {
            throw new StartupException(ExitCode.Usage, $"--replace is for a store, and this import adds to what {target.Url} holds.");
        }

        if (target is null && run is not null)
        {
            throw new StartupException(ExitCode.Usage, $"{Run} is for an import through a service: --url or --profile names it.");
        }
    }

    private static Task<ExitCode> FromServiceAsync(CommandHost host, TargetChoice choice, string to, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(host.Settings, host.Errors, async () =>
        {
            var target = RemoteTarget.Resolve(host.Read, choice);
            using var export = new ServedExport(target);
            using (var progress = Progress.Begin(host.Errors, "export", "writes", 0))
            {
                await Interruption.SayingAsync(
                    () => to == ExportFile.StandardOutput ? export.WriteAsync(Console.OpenStandardOutput(), progress, cancellationToken) : export.WriteFileAsync(to, progress, cancellationToken),
                    () => "There is no export; the same command begins anew.",
                    cancellationToken);
            }

            if (to != ExportFile.StandardOutput)
            {
                await host.Output.WriteLineAsync($"{to}: {target.Key()} of {target.Url}, {export.Writes} writes.");
            }

            return ExitCode.Stopped;
        });
}
