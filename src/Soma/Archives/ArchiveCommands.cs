using System.CommandLine;
using Soma.Archives.Backups;

namespace Soma.Archives;

/// <summary>The command lines of <c>soma backup</c>, <c>restore</c> and <c>verify</c>.</summary>
internal static class ArchiveCommands
{
    public static Command Backup()
    {
        var to = new Option<string>("--to") { Required = true, Description = "A new folder, or a file that ends in .tar; with --keep a folder of backups." };
        var keep = new Option<int?>("--keep") { Description = "Make a backup of its own in the folder, and keep the newest so many." };
        keep.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--keep must be 1 or more.");
            }
        });
        var (tenant, names) = Selection();
        var backup = new Command("backup", "Carry all namespaces away, while whoever serves them goes on. Interrupted, the same command goes on where it stopped.")
        {
            to, keep, tenant, names,
        };
        return backup.WithAction(
            parsed => new BackupRequest(parsed.GetRequiredValue(to), Selected(parsed, tenant, names), parsed.GetValue(keep)),
            BackupCommand.RunAsync);
    }

    public static Command Restore()
    {
        var from = new Option<string>("--from") { Required = true, Description = "A backup, or a folder of backups of which the newest is taken." };
        var replace = new Option<bool>("--replace") { Description = "Also replace namespaces that hold memories." };
        var other = new Option<string?>("--as") { Description = "Restore the one namespace that is selected under this name." };
        other.Validators.Add(result => RequireName(result, result.GetValue(other), "--as: a name"));
        var (tenant, names) = Selection();
        var restore = new Command("restore", "Verify a backup, then put its namespaces in place, each all or nothing.") { from, replace, other, tenant, names };
        return restore.WithAction(
            parsed => new RestoreRequest(
                parsed.GetRequiredValue(from), Selected(parsed, tenant, names), parsed.GetValue(replace), parsed.GetValue(other)),
            RestoreCommand.RunAsync);
    }

    public static Command Verify()
    {
        var from = new Option<string?>("--from") { Description = "Read this backup from end to end." };
        var live = new Option<bool>("--live") { Description = "Examine what the store holds, while whoever serves it goes on." };
        var (tenant, names) = Selection();
        var verify = new Command("verify", "Whether a backup can be restored, and whether what a store holds agrees with itself.") { from, live, tenant, names };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(from) is null && !result.GetValue(live))
            {
                result.AddError("Say what to verify: --from <backup>, --live, or both.");
            }
        });
        return verify.WithAction(
            parsed => new VerifyRequest(parsed.GetValue(from), parsed.GetValue(live), Selected(parsed, tenant, names)),
            VerifyCommand.RunAsync);
    }

    private static (Option<string?> Tenant, Option<string[]> Names) Selection() => (
        new Option<string?>("--tenant") { Description = "Only this tenant's namespaces." },
        new Option<string[]>("--namespace") { Description = "Only namespaces of this name; may be given more than once." });

    private static NamespaceSelection Selected(ParseResult parsed, Option<string?> tenant, Option<string[]> names) =>
        new(parsed.GetValue(tenant), parsed.GetValue(names) ?? []);

    /// <summary>Reads the arguments of a command and runs it with the settings and the outputs of the process.</summary>
    public static Command WithAction<TRequest>(
        this Command command,
        Func<ParseResult, TRequest> read,
        Func<SettingsReader, TRequest, TextWriter, TextWriter, CancellationToken, Task<ExitCode>> run)
    {
        command.SetAction(async (parsed, cancellationToken) =>
            (int)await run(SettingsReader.FromProcess(), read(parsed), Console.Out, Console.Error, cancellationToken));
        return command;
    }

    /// <summary>Adds an error if the text is not a valid name of a namespace or tenant.</summary>
    public static void RequireName(System.CommandLine.Parsing.SymbolResult result, string? name, string what)
    {
        if (!NamespaceKey.IsValidName(name))
        {
            result.AddError($"{what} is 1 to 128 of A-Z a-z 0-9 . _ : @ -");
        }
    }
}
