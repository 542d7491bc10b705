using System.CommandLine;
using System.CommandLine.Parsing;
using Soma.Archives;
using Soma.Calibrating;
using Soma.Following;
using Soma.Forking;
using Soma.Hosting.Tls;
using Soma.Losses;
using Soma.Mcp;
using Soma.Past;
using Soma.Reindexing;
using Soma.Serving;

namespace Soma;

/// <summary>The commands of <c>soma</c>. Without a command it runs <c>serve</c>.</summary>
internal static class CommandLine
{
    private const string Description = """
        Soma keeps the long-term memory of AI agents.

        Settings come from environment variables (docs/operations.md): SOMA_API_HOST, SOMA_API_PORT, SOMA_API_TOKEN,
        SOMA_API_TOKEN_FILE, SOMA_DATA_DIR, SOMA_POSTGRES_URL, LOG_LEVEL and others.

        Exit codes: 0 stopped, 1 unexpected failure, 2 wrong command line, 3 not there, 4 a write may have been applied,
        130 ended by Ctrl-C, 10 bad variable, 11 token file unreadable,
        12 development token beyond loopback, 13 port not available, 14 database unreachable, 15 schema not usable,
        16 data folder not writable, 17 data in use by another process,
        19 a Postgres that can lose confirmed writes. Silos also: 18 Redis unreachable, 20 membership row
        lost, 21 declared dead. Backups and exports: 30 refused, 31 namespace not empty, 32 not writable, 33 store inconsistent,
        34 acknowledged writes are lost.
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var serve = new Command("serve", "Serve HTTP, with the memories in ./soma-data or in Postgres. The default.");
        var root = new RootCommand(Description)
        {
            serve, MakeMcp(), MakeHealth(), MakeChanges(), PastCommands.History(Served("The memory's namespace.")), PastCommands.Rewind(Served("What goes back.")),
            PastCommands.Diff(Served("What is compared.")), MakeFork(), MakeReindex(), MakeCalibrate(), ArchiveCommands.Backup(), ArchiveCommands.Restore(), ArchiveCommands.Verify(), ArchiveCommands.Backups(), ExportCommands.Export(),
            ExportCommands.Import(), AcceptLossCommand.Make(),
        };
        serve.SetAction(ServeAsync);
        root.SetAction(ServeAsync);
        var parsed = root.Parse(arguments);
        // The host handles Ctrl-C and SIGTERM itself, and drains first. System.CommandLine would end the process after two seconds.
        return parsed.Errors.Count > 0
            ? await UsageErrors.WriteAsync(parsed, Console.Error)
            : await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Command MakeMcp()
    {
        var space = new Option<string?>("--namespace") { Description = "Where the memories are kept. Default: SOMA_NAMESPACE, else default." };
        var toolset = new Option<string>("--toolset") { Description = "memory, or graph: the tools of a knowledge graph.", DefaultValueFactory = _ => "memory" };
        toolset.AcceptOnlyFromAmong("memory", "graph");
        var data = new Option<string?>("--data") { Description = "The folder of the memories. Default: SOMA_DATA_DIR, else one of this user. Several processes may share it." };
        var url = new Option<Uri?>("--url") { Description = "A running service to use instead of a folder; its token is SOMA_API_TOKEN.", CustomParser = ReadUrl };
        var mcp = new Command("mcp", "Speak the Model Context Protocol on standard input and output, for clients that start their servers themselves.") { space, toolset, data, url };
        space.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(space), "a namespace's name"));
        mcp.SetAction(async (parsed, cancellationToken) => (int)await McpCommand.RunAsync(
            Read(parsed), SettingsReader.FromProcess(), Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.Error, cancellationToken));

        var from = new Argument<FileInfo>("file") { Description = "Lines of {\"type\":\"entity\",…} and {\"type\":\"relation\",…}." };
        from.AcceptExistingOnly();
        var import = new Command("import-graph", "Add a file of the reference server for knowledge graphs to a graph.") { from, space, data, url };
        import.SetAction(async (parsed, cancellationToken) => (int)await McpCommand.ImportAsync(
            Read(parsed), parsed.GetRequiredValue(from).FullName, SettingsReader.FromProcess(), Console.Out, Console.Error, cancellationToken));

        var to = new Argument<string>("file") { Description = "Where the graph is written." };
        var export = new Command("export-graph", "Write a graph as a file that the reference server for knowledge graphs reads.") { to, space, data, url };
        export.SetAction(async (parsed, cancellationToken) => (int)await McpCommand.ExportAsync(
            Read(parsed), parsed.GetRequiredValue(to), SettingsReader.FromProcess(), Console.Error, cancellationToken));
        mcp.Add(import);
        mcp.Add(export);
        return mcp;

        McpRequest Read(ParseResult parsed) =>
            new(parsed.GetValue(space), parsed.GetValue(toolset) == "graph", parsed.GetValue(data), parsed.GetValue(url));
    }

    private static Command MakeReindex()
    {
        var (space, tenant, url) = Served("Whose index is made anew.");
        var reindex = new Command("reindex", "Make the indexes of a namespace anew, while the running service goes on serving it.") { space, tenant, url };
        return reindex.WithAction(
            parsed => new ReindexTarget(parsed.GetRequiredValue(url), parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(space)),
            ReindexCommand.RunAsync);
    }

    private static Command MakeChanges()
    {
        var (space, tenant, url) = Served("Whose changes are printed.");
        var after = new Option<long>("--after") { Description = "The seq of the newest change that you have.", DefaultValueFactory = _ => 0 };
        var follow = new Option<bool>("--follow") { Description = "Go on with the changes to come, until Ctrl-C." };
        var json = new Option<bool>("--json") { Description = "Print each change as a line of JSON." };
        var changes = new Command("changes", "Print what changed in a namespace of a running service, in order, one line each.") { space, tenant, url, after, follow, json };
        space.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(space), "a namespace's name"));
        tenant.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(tenant), "a tenant's name"));
        return changes.WithAction(
            parsed => new ChangesRequest(
                parsed.GetRequiredValue(url), new(parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(space)), parsed.GetValue(after), parsed.GetValue(follow), parsed.GetValue(json)),
            ChangesCommand.RunAsync);
    }

    private static Command MakeFork()
    {
        var (space, tenant, url) = Served("What is copied.");
        var to = new Option<string>("--to") { Required = true, Description = "The name of the copy. Nothing may have been stored under it." };
        var moment = new Option<string?>("--as-of") { Description = "A moment of the past: a seq, or a time as ISO-8601. Default: the present." };
        var history = new Option<bool>("--history") { Description = "Copy the log up to the moment too, with its seqs." };
        var json = new Option<bool>("--json") { Description = "Write the service's answer as it is." };
        var fork = new Command("fork", "Copy the state of a namespace to a new name, while the running service goes on serving it.") { space, to, moment, history, json, tenant, url };
        space.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(space), "a namespace's name"));
        to.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(to), "--to: a name"));
        tenant.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(tenant), "a tenant's name"));
        return fork.WithAction(
            parsed => new ForkTarget(
                parsed.GetRequiredValue(url), new(parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(space)), parsed.GetRequiredValue(to),
                parsed.GetValue(moment), parsed.GetValue(history), parsed.GetValue(json)),
            ForkCommand.RunAsync);
    }

    private static Command MakeCalibrate()
    {
        var (space, tenant, url) = Served("Whose relevance is calibrated.");
        var pairs = new Option<string?>("--pairs") { Description = "A file of lines {\"query\",\"coord\",\"relevant\":true|false}, in place of pairs made of the namespace's memories." };
        var dry = new Option<bool>("--dry-run") { Description = "Show the constants, and write nothing." };
        var calibrate = new Command("calibrate", "Fit relevance to the vectors of a namespace's own embedder, and write the constants to its settings.") { space, tenant, url, pairs, dry };
        space.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(space), "a namespace's name"));
        tenant.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(tenant), "a tenant's name"));
        return calibrate.WithAction(
            parsed => new CalibrateRequest(
                parsed.GetRequiredValue(url), new(parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(space)), parsed.GetValue(pairs), parsed.GetValue(dry)),
            CalibrateCommand.RunAsync);
    }

    /// <summary>The arguments that name a namespace of a running service.</summary>
    private static (Argument<string> Namespace, Option<string> Tenant, Option<Uri> Url) Served(string what) => (
        new Argument<string>("namespace") { Description = what },
        new Option<string>("--tenant") { Description = "The namespace's tenant.", DefaultValueFactory = _ => "default" },
        new Option<Uri>("--url") { Description = "The running service.", DefaultValueFactory = _ => new Uri(DefaultUrl), CustomParser = ReadUrl });

    /// <summary>Where the service is that an operator starts on this machine with the same files of certificates.</summary>
    private static string DefaultUrl => HttpTls.IsOn(SettingsReader.FromProcess()) ? "https://127.0.0.1:9595" : "http://127.0.0.1:9595";

    private static Command MakeHealth()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "The service. Default: the one that `soma serve` with this environment is.",
            CustomParser = ReadUrl,
        };
        var health = new Command("health", "Ask a running service whether it can serve: 0 yes, 1 no. For health checks without curl.") { url };
        health.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = SettingsReader.FromProcess();
            return (int)await ProcessBoundary.RunAsync("soma", settings, Console.Error, async () =>
            {
                if (parsed.GetValue(url) is not { } other)
                {
                    return await HealthCommand.AskOwnAsync("soma", new Uri(HttpOptions.ReadUrl(settings), "readyz"), Console.Out, Console.Error, cancellationToken);
                }

                using var handler = ServiceHttp.MakeHandler(settings);
                handler.UseProxy = false;
                return await HealthCommand.AskAsync(handler, "soma", new Uri(other, "readyz"), Console.Out, Console.Error, cancellationToken);
            });
        });
        return health;
    }

    public static Uri? ReadUrl(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        argument.AddError($"'{text}' is no http or https URL.");
        return null;
    }

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        (int)await ServeCommand.RunAsync(SettingsReader.FromProcess(), Console.Out, Console.Error, cancellationToken);
}
