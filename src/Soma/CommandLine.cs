using System.CommandLine;
using System.CommandLine.Parsing;
using Soma.Archives;
using Soma.Calibrating;
using Soma.Following;
using Soma.Forking;
using Soma.Losses;
using Soma.Mcp;
using Soma.Past;
using Soma.Reindexing;
using Soma.Remote;
using Soma.Serving;

namespace Soma;

/// <summary>The commands of <c>soma</c>. Without a command it runs <c>serve</c>.</summary>
internal static class CommandLine
{
    private const string Description = """
        Soma keeps the long-term memory of AI agents.

        Settings come from environment variables (docs/operations.md): SOMA_API_HOST, SOMA_API_PORT, SOMA_API_TOKEN,
        SOMA_API_TOKEN_FILE, SOMA_DATA_DIR, SOMA_POSTGRES_URL, LOG_LEVEL and others. Commands that ask a running service
        find it by --url, --profile, SOMA_URL or soma login (docs/cli.md).

        Exit codes: 0 stopped, 1 unexpected failure, 2 wrong command line, 3 not there, 4 a write may have been applied,
        130 ended by Ctrl-C, 10 bad variable, 11 token file unreadable,
        12 development token beyond loopback, 13 port not available, 14 database unreachable, 15 schema not usable,
        16 data folder not writable, 17 data in use by another process,
        19 a Postgres that can lose confirmed writes. Silos also: 18 Redis unreachable, 20 membership row
        lost, 21 declared dead. Backups and exports: 30 refused, 31 namespace not empty, 32 not writable, 33 store inconsistent,
        34 acknowledged writes are lost.
        """;

    public static Task<int> RunAsync(string[] arguments) => RunAsync(arguments, CommandHost.FromProcess());

    internal static async Task<int> RunAsync(string[] arguments, CommandHost host)
    {
        // A word that begins with @ is the key of a memory here, and names no file of arguments.
        var parsed = Make(host).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // The host handles Ctrl-C and SIGTERM itself, and drains first. System.CommandLine would end the process after two seconds.
        return parsed.Errors.Count > 0 || UsageErrors.FindUnknownOption(parsed) is not null
            ? await UsageErrors.WriteAsync(parsed, host.Errors)
            : await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = host.Output, Error = host.Errors });
    }

    internal static RootCommand Make(CommandHost host)
    {
        var serve = new Command("serve", "Serve HTTP, with the memories in ./soma-data or in Postgres. The default.");
        var root = new RootCommand(Description)
        {
            serve, MakeMcp(), MakeHealth(), LoginCommands.Login(host), LoginCommands.Logout(host),
            MemoryWriteCommands.Store(host), MemoryReadCommands.Get(host), MemoryReadCommands.Search(host), MemoryReadCommands.List(host), MemoryWriteCommands.Forget(host), MemoryWriteCommands.Link(host),
            ServiceCommands.Stats(host), ServiceCommands.Namespaces(host), KeyCommands.Keys(host), ChangesCommands.Changes(host), ChangesCommands.Watch(host),
            PastCommands.History(host), PastCommands.Rewind(host), PastCommands.Diff(host), MakeFork(host), MakeReindex(host), MakeCalibrate(host),
            ArchiveCommands.Backup(), ArchiveCommands.Restore(), ArchiveCommands.Verify(), ArchiveCommands.Backups(), ExportCommands.Export(host), ExportCommands.Import(host), AcceptLossCommand.Make(),
        };
        root.Add(Completion.Make(host.Output, root));
        serve.SetAction(ServeAsync);
        root.SetAction(ServeAsync);
        return root;
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

    private static Command MakeReindex(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "Whose index is made anew.");
        var reindex = service.AddTo(new Command("reindex", "Make the indexes of a namespace anew, while the running service goes on serving it."));
        return service.Run(reindex, (_, target) => new ReindexTarget(target.Url, target.Key().Tenant, target.NamespaceOrDefault), ReindexCommand.RunAsync);
    }

    private static Command MakeFork(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "What is copied.");
        var to = new Option<string>("--to") { Required = true, Description = "The name of the copy. Nothing may have been stored under it." };
        var moment = new Option<string?>("--as-of") { Description = "A moment of the past: a seq, or a time as ISO-8601. Default: the present." };
        var history = new Option<bool>("--history") { Description = "Copy the log up to the moment too, with its seqs." };
        var json = new Option<bool>("--json") { Description = "Write the service's answer as it is." };
        var fork = service.AddTo(new Command("fork", "Copy the state of a namespace to a new name, while the running service goes on serving it.") { to, moment, history, json });
        to.Validators.Add(result => ArchiveCommands.RequireName(result, result.GetValue(to), "--to: a name"));
        return service.Run(
            fork,
            (parsed, target) => new ForkTarget(target.Url, target.Key(), parsed.GetRequiredValue(to), parsed.GetValue(moment), parsed.GetValue(history), parsed.GetValue(json)),
            ForkCommand.RunAsync);
    }

    private static Command MakeCalibrate(CommandHost host)
    {
        var service = ServiceArguments.Placed(host, "Whose relevance is calibrated.");
        var pairs = new Option<string?>("--pairs") { Description = "A file of lines {\"query\",\"coord\",\"relevant\":true|false}, in place of pairs made of the namespace's memories." };
        var dry = new Option<bool>("--dry-run") { Description = "Show the constants, and write nothing." };
        var calibrate = service.AddTo(new Command("calibrate", "Fit relevance to the vectors of a namespace's own embedder, and write the constants to its settings.") { pairs, dry });
        return service.Run(calibrate, (parsed, target) => new CalibrateRequest(target.Url, target.Key(), parsed.GetValue(pairs), parsed.GetValue(dry)), CalibrateCommand.RunAsync);
    }

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
