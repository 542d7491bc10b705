using System.Diagnostics;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Soma.System.Tests.Mcp;

/// <summary>A <c>soma mcp</c> process with a client on its standard input and output, as an editor starts it.</summary>
internal sealed class StdioProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly McpClient _client;

    private StdioProcess(Process process, McpClient client) => (_process, _client) = (process, client);

    public static async Task<StdioProcess> StartAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "soma.dll"), "mcp", "--data", folder, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["SOMA_EMBEDDINGS"] = "fast";
        var process = Process.Start(start) ?? throw new InvalidOperationException("soma mcp did not start.");
        // Nobody reads what it logs, but a full pipe would stop it.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var client = await McpClient.CreateAsync(new StreamClientTransport(process.StandardInput.BaseStream, process.StandardOutput.BaseStream));
        return new StdioProcess(process, client);
    }

    public Task<CallToolResult> CallAsync(string tool, params (string Name, object? Value)[] arguments) =>
        _client.CallToolAsync(tool, arguments.ToDictionary(each => each.Name, each => each.Value)).AsTask();

    /// <summary>Sends SIGKILL: no handler runs and nothing is flushed.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Closes its standard input, as a client does that ends, and returns the exit code.</summary>
    public async Task<int> CloseAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        await _process.WaitForExitAsync();
        await _client.DisposeAsync();
        _process.Dispose();
    }
}
