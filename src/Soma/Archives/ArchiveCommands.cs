using System.CommandLine;
using Soma.Archives.Backups;
using Soma.Archives.Objects;

namespace Soma.Archives;

/// <summary>The command lines of <c>soma backup</c>, <c>restore</c> and <c>verify</c>.</summary>
internal static class ArchiveCommands
{
    public static Command Backup()
    {
        var to = new Option<string>("--to") { Required = true, Description = "A new folder, or a file that ends in .tar; with --keep a folder of backups; or s3://bucket/prefix." };
        var keep = Count("--keep", "Make a backup of its own in the folder, and keep the newest so many.");
        keep.Aliases.Add("--keep-last");
        var days = KeepDays();
        var lockDays = Count("--lock-days", "Of s3://: for how many days nobody may delete what is written (object lock, compliance mode).");
        var full = new Option<bool>("--full") { Description = "Of s3://: write everything anew, and use nothing of earlier backups." };
        var keys = KeyFiles();
        var (tenant, names) = Selection();
        var backup = new Command("backup", "Carry all namespaces away, while whoever serves them goes on. Interrupted, the same command goes on where it stopped.")
        {
            to, keep, days, lockDays, full, keys, tenant, names,
        };
        backup.Validators.Add(result => RequireObjects(result, result.GetValue(to), days, lockDays, full, keys));
        return backup.WithAction(
            parsed => new BackupRequest(parsed.GetRequiredValue(to), Selected(parsed, tenant, names), parsed.GetValue(keep))
            {
                Objects = new ObjectOptions
                {
                    KeyFiles = parsed.GetValue(keys) ?? [],
                    LockDays = parsed.GetValue(lockDays),
                    KeepDays = parsed.GetValue(days),
                    EverythingAnew = parsed.GetValue(full),
                },
            },
            BackupCommand.RunAsync);
    }

    public static Command Restore()
    {
        var from = new Option<string>("--from") { Required = true, Description = "A backup, or a folder of backups or s3://bucket/prefix, of which the newest is taken." };
        var (at, keys) = (At(), KeyFiles());
        var replace = new Option<bool>("--replace") { Description = "Also replace namespaces that hold memories." };
        var other = new Option<string?>("--as") { Description = "Restore the one namespace that is selected under this name." };
        other.Validators.Add(result => RequireName(result, result.GetValue(other), "--as: a name"));
        var (tenant, names) = Selection();
        var restore = new Command("restore", "Verify a backup, then put its namespaces in place, each all or nothing.") { from, at, keys, replace, other, tenant, names };
        restore.Validators.Add(result => RequireObjects(result, result.GetValue(from), at, keys));
        return restore.WithAction(
            parsed => new RestoreRequest(
                parsed.GetRequiredValue(from), Selected(parsed, tenant, names), parsed.GetValue(replace), parsed.GetValue(other))
            {
                Objects = new ObjectOptions { KeyFiles = parsed.GetValue(keys) ?? [], At = parsed.GetValue(at) },
            },
            RestoreCommand.RunAsync);
    }

    public static Command Verify()
    {
        var from = new Option<string?>("--from") { Description = "Read this backup from end to end: a folder, a file, or s3://bucket/prefix." };
        var (at, keys) = (At(), KeyFiles());
        var onlyNew = new Option<bool>("--new") { Description = "Of s3://: read only the namespaces that this backup wrote something of." };
        var live = new Option<bool>("--live") { Description = "Examine what the store holds, while whoever serves it goes on." };
        var (tenant, names) = Selection();
        var verify = new Command("verify", "Whether a backup can be restored, and whether what a store holds agrees with itself.") { from, at, keys, onlyNew, live, tenant, names };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(from) is null && !result.GetValue(live))
            {
                result.AddError("Say what to verify: --from <backup>, --live, or both.");
            }

            RequireObjects(result, result.GetValue(from), at, keys, onlyNew);
        });
        return verify.WithAction(
            parsed => new VerifyRequest(parsed.GetValue(from), parsed.GetValue(live), Selected(parsed, tenant, names))
            {
                Objects = new ObjectOptions { KeyFiles = parsed.GetValue(keys) ?? [], At = parsed.GetValue(at), OnlyNew = parsed.GetValue(onlyNew) },
            },
            VerifyCommand.RunAsync);
    }

    public static Command Backups()
    {
        var url = new Argument<string>("place") { Description = "s3://bucket/prefix" };
        url.Validators.Add(result =>
        {
            if (!S3Settings.IsUrl(result.GetValue(url)))
            {
                result.AddError("The place is s3://bucket/prefix.");
            }
        });
        var (last, days, keys) = (Count("--keep-last", "Keep the newest so many."), KeepDays(), KeyFiles());
        var list = new Command("list", "Print the finished backups, oldest first.") { url, keys };
        list.WithAction(parsed => new BackupsRequest(parsed.GetRequiredValue(url), null, new ObjectOptions { KeyFiles = parsed.GetValue(keys) ?? [] }), ObjectCommands.ListAsync);
        var prune = new Command("prune", "Delete old backups, and what no backup needs any more, as far as locks allow.") { url, last, days, keys };
        prune.Validators.Add(result =>
        {
            if (result.GetValue(last) is null && result.GetValue(days) is null)
            {
                result.AddError("Say what to keep: --keep-last, --keep-days, or both.");
            }
        });
        prune.WithAction(
            parsed => new BackupsRequest(
                parsed.GetRequiredValue(url), parsed.GetValue(last), new ObjectOptions { KeyFiles = parsed.GetValue(keys) ?? [], KeepDays = parsed.GetValue(days) }),
            ObjectCommands.PruneAsync);
        return new Command("backups", "The backups under s3://bucket/prefix.") { list, prune };
    }

    private static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 36_500)
            {
                result.AddError($"{name} must be from 1 to 36500.");
            }
        });
        return option;
    }

    private static Option<int?> KeepDays() => Count("--keep-days", "Of s3://: keep backups that began within so many days, whatever else is said.");

    private static Option<string?> At() =>
        new("--at") { Description = "Of s3://: the name of a backup, or a time: the newest that had finished by then." };

    private static Option<string[]> KeyFiles() => new("--encrypt-key-file")
    {
        Description = "Of s3://: a file with a key of 256 bits. The first one encrypts; all of them decrypt, so give older ones behind it.",
    };

    private static void RequireObjects(System.CommandLine.Parsing.CommandResult result, string? place, params Option[] options)
    {
        foreach (var option in options.Where(option => !S3Settings.IsUrl(place) && result.GetResult(option) is { Implicit: false }))
        {
            result.AddError($"{option.Name} is for backups at s3://bucket/prefix.");
        }
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
        command.SetAction(async (parsed, _) => (int)await Interruption.RunAsync(
            Console.Error, interrupted => run(SettingsReader.FromProcess(), read(parsed), Console.Out, Console.Error, interrupted)));
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
