using System.Net.Http.Headers;
using Soma.Serving;

namespace Soma.Mcp;

/// <param name="Namespace">Null: as the service's settings say.</param>
/// <param name="IsGraph">Whether the tools are those of a knowledge graph.</param>
/// <param name="DataFolder">Null: <c>SOMA_DATA_DIR</c>, else a folder of this user.</param>
/// <param name="Url">A service that runs elsewhere; null: that of the data folder.</param>
internal sealed record McpRequest(string? Namespace, bool IsGraph, string? DataFolder, Uri? Url);

/// <summary><c>soma mcp</c>: the Model Context Protocol on standard input and output, for clients that start their servers themselves.</summary>
internal static class McpCommand
{
    // Never resolved: every connection goes to the socket.
    private static readonly Uri _here = new("http://localhost");

    public static Task<ExitCode> RunAsync(McpRequest request, SettingsReader settings, Stream input, Stream output, TextWriter errors, CancellationToken cancellationToken) =>
        WithServiceAsync(request, settings, errors, async service =>
        {
            using var reader = new StreamReader(input, new UTF8Encoding(false));
            await using var writer = new StreamWriter(output, new UTF8Encoding(false)) { NewLine = "\n" };
            using var bridge = new McpBridge(service, TimeProvider.System);
            await bridge.RunAsync(reader, writer, cancellationToken);
            return ExitCode.Stopped;
        }, cancellationToken);

    /// <summary>Adds a file of the reference server for knowledge graphs to a graph. What is there already stays as it is.</summary>
    public static Task<ExitCode> ImportAsync(McpRequest request, string path, SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        WithServiceAsync(request with { IsGraph = true }, settings, errors, async service =>
        {
            using var file = File.OpenText(path);
            var (entities, relations) = await GraphFile.ImportAsync(service, file, cancellationToken);
            await output.WriteLineAsync($"{entities} entities and {relations} relations were added; the others were there already.");
            return ExitCode.Stopped;
        }, cancellationToken);

    /// <summary>Writes a graph as a file that the reference server for knowledge graphs reads.</summary>
    public static Task<ExitCode> ExportAsync(McpRequest request, string path, SettingsReader settings, TextWriter errors, CancellationToken cancellationToken) =>
        WithServiceAsync(request with { IsGraph = true }, settings, errors, async service =>
        {
            await using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
            await GraphFile.ExportAsync(service, file, cancellationToken);
            return ExitCode.Stopped;
        }, cancellationToken);

    private static Task<ExitCode> WithServiceAsync(McpRequest request, SettingsReader settings, TextWriter errors, Func<HttpClient, Task<ExitCode>> run, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            await using var local = request.Url is null ? new LocalService(OptionsOf(request, settings), TimeProvider.System) : null;
            using var service = new HttpClient(local is null ? ServiceHttp.MakeHandler(settings) : new SocketsHttpHandler { ConnectCallback = (_, cancel) => local.ConnectAsync(cancel) });
            service.BaseAddress = new Uri(request.Url ?? _here, EndpointOf(request, settings));
            service.Timeout = Timeout.InfiniteTimeSpan;
            if (local is not null)
            {
                // Connects once before anything is read: what keeps the service from starting is then said in one line, and not to each request.
                await using var connection = await local.ConnectAsync(cancellationToken);
            }
            else
            {
                service.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken.Read(settings).Value);
            }

            return await run(service);
        });

    private static string EndpointOf(McpRequest request, SettingsReader settings)
    {
        var space = request.Namespace ?? settings.Text("SOMA_NAMESPACE") ?? settings.Text("SOMA_MEMORY_NAMESPACE") ?? (request.Url is null || request.IsGraph ? "default" : null);
        var path = space is null ? "/mcp" : $"/mcp/{Uri.EscapeDataString(space)}";
        return request.IsGraph ? path + "/graph" : path;
    }

    /// <summary>
    /// A client starts this command in any folder, often one that it may not write to, so the memories are not kept in the current one.
    /// </summary>
    private static ServeOptions OptionsOf(McpRequest request, SettingsReader settings)
    {
        var folder = request.DataFolder ?? settings.Text("SOMA_DATA_DIR")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "soma");
        var options = ServeOptions.Read(settings);
        if (options.Postgres is not null)
        {
            throw new InvalidSettingException(PostgresSettings.Url, "is set, and soma mcp keeps memories in a folder. Run soma serve with it, and soma mcp with --url.");
        }

        return options with
        {
            DataFolder = Path.GetFullPath(folder),
            // One person's editors need no limit, and the socket's owner is trusted already.
            Gateway = options.Gateway with { RateLimit = 0 },
        };
    }
}
