using System.CommandLine;
using Soma.Archives.Exports;

namespace Soma.Archives;

/// <summary>The command lines of <c>soma export</c> and <c>soma import</c>.</summary>
internal static class ExportCommands
{
    public static Command Export()
    {
        var (space, tenant) = Key("Which namespace.");
        var to = new Option<string>("--to") { Required = true, Description = "A new file, compressed where its name ends in .gz; - for standard output." };
        var export = new Command("export", "Write a namespace's memories, links and history as JSON Lines, while whoever serves it goes on.") { space, to, tenant };
        return export.WithAction(
            parsed => new ExportRequest(new(parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(space)), parsed.GetRequiredValue(to)),
            (settings, request, output, errors, cancellationToken) =>
                ExportCommand.RunAsync(settings, request, Console.OpenStandardOutput, output, errors, cancellationToken));
    }

    public static Command Import()
    {
        var (space, tenant) = Key("The namespace that is made or added to.");
        var from = new Option<string>("--from") { Required = true, Description = "A file, compressed where its name ends in .gz; - for standard input." };
        var format = new Option<ImportFormat>("--format") { Description = "Whose export it is; as a rule the first line says." };
        var replace = new Option<bool>("--replace") { Description = "Also replace a namespace that holds memories." };
        var url = new Option<Uri?>("--url") { Description = "Write through this running service, into a namespace in use.", CustomParser = CommandLine.ReadUrl };
        var run = new Option<string?>("--run") { Description = "With --url: go on with the import of this name." };
        var import = new Command("import", "Make a namespace of an export of Soma's or SomaFractalMemory's, or add it to one in use.")
        {
            space, from, format, tenant, replace, url, run,
        };
        import.Validators.Add(result =>
        {
            var isService = result.GetResult(url) is not null;
            if (isService && result.GetValue(replace))
            {
                result.AddError("--replace is for a store, and --url adds to what a service holds.");
            }

            if (!isService && result.GetResult(run) is not null)
            {
                result.AddError("--run goes with --url.");
            }

            if (result.GetResult(run) is not null)
            {
                ArchiveCommands.RequireName(result, result.GetValue(run), "--run: a name");
            }
        });
        return import.WithAction(
            parsed => new ImportRequest
            {
                Key = new(parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(space)),
                From = parsed.GetRequiredValue(from),
                Format = parsed.GetValue(format),
                Replace = parsed.GetValue(replace),
                Url = parsed.GetValue(url),
                Run = parsed.GetValue(run),
            },
            (settings, request, output, errors, cancellationToken) =>
                ImportCommand.RunAsync(settings, request, Console.OpenStandardInput, output, errors, cancellationToken));
    }

    private static (Argument<string> Namespace, Option<string> Tenant) Key(string what)
    {
        var space = new Argument<string>("namespace") { Description = what };
        var tenant = new Option<string>("--tenant") { Description = "The namespace's tenant.", DefaultValueFactory = _ => "default" };
        space.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(space), "a namespace's name"));
        tenant.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(tenant), "a tenant's name"));
        return (space, tenant);
    }
}
