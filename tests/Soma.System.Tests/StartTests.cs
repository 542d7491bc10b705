using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Soma.Hosting;
using Soma.System.Tests.Processes;
using Soma.Testing;
using Soma.Testing.Postgres;

namespace Soma.System.Tests;

/// <summary>
/// A successful start prints how to go on. A failed start prints why, in one line, and ends with its own exit code.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed partial class StartTests(PostgresFixture postgres) : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task The_printed_commands_store_and_find_a_memory()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = _folder.Location, ["SOMA_API_TOKEN"] = null });
        await soma.StartAsync();
        await WaitForAsync(() => soma.Output.Contains("Ctrl-C", StringComparison.Ordinal));
        var commands = CurlLine().Matches(soma.Output).Select(match => match.Value).ToList();

        Assert.Equal(2, commands.Count);
        Assert.Contains("\"seq\":1", await RunInShellAsync(commands[0]), StringComparison.Ordinal);
        Assert.Contains("The kettle is in the blue cupboard", await RunInShellAsync(commands[1]), StringComparison.Ordinal);
        Assert.Contains("devtoken", soma.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quiet_start_prints_no_log_line_and_no_token()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = _folder.Location });
        await soma.StartAsync();
        await WaitForAsync(() => soma.Output.Contains("Ctrl-C", StringComparison.Ordinal));

        Assert.Equal("", soma.Errors);
        Assert.DoesNotContain(SomaProcess.Token, soma.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_ends_with_one_line()
    {
        await using var first = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = _folder.Location });
        await first.StartAsync();

        await AssertRefusedAsync(ExitCode.DataInUse, _folder.Location, ("SOMA_DATA_DIR", _folder.Location));
    }

    [Fact]
    public async Task A_second_process_on_the_same_database_ends_with_one_line()
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Postgres, postgres);
        await using var first = new SomaProcess(store.Environment);
        await first.StartAsync();

        await AssertRefusedAsync(ExitCode.DataInUse, "database", ("SOMA_POSTGRES_URL", store.Environment["SOMA_POSTGRES_URL"]));
    }

    [Fact]
    public async Task A_busy_port_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = $"{((IPEndPoint)other.LocalEndpoint).Port}";

        await AssertRefusedAsync(ExitCode.PortBusy, port, ("SOMA_API_PORT", port), ("SOMA_DATA_DIR", _folder.Location));
    }

    [Theory]
    [InlineData("SOMA_API_PORT", "ninety")]
    [InlineData("SOMA_API_PORT", "70000")]
    [InlineData("SOMA_API_HOST", "not a host")]
    [InlineData("SOMA_READ_LEASE_SECONDS", "-1")]
    [InlineData("SOMA_MAX_REQUEST_BODY_MB", "much")]
    [InlineData("SOMA_RATE_LIMIT_MAX", "few")]
    [InlineData("SOMA_POSTGRES_URL", "postgresql://[")]
    [InlineData("SOMA_POSTGRES_URL", "nonsense")]
    [InlineData("LOG_LEVEL", "chatty")]
    public Task A_variable_with_an_invalid_value_is_named(string variable, string value) =>
        AssertRefusedAsync(ExitCode.BadSetting, variable, ("SOMA_DATA_DIR", _folder.Location), (variable, value));

    [Theory]
    [InlineData(null)]
    [InlineData("devtoken")]
    public Task The_development_token_is_for_loopback_only(string? token) =>
        AssertRefusedAsync(ExitCode.UnsafeToken, "SOMA_API_TOKEN", ("SOMA_DATA_DIR", _folder.Location), ("SOMA_API_HOST", "0.0.0.0"), ("SOMA_API_TOKEN", token));

    [Fact]
    public Task The_development_token_is_refused_where_a_containers_port_is_published_beyond_loopback() =>
        AssertRefusedAsync(
            ExitCode.UnsafeToken, "SOMA_API_TOKEN", ("SOMA_DATA_DIR", _folder.Location), ("SOMA_API_TOKEN", "devtoken"), ("SOMA_API_PUBLISHED_HOST", "0.0.0.0"));

    [Fact]
    public Task A_missing_token_file_is_named() =>
        AssertRefusedAsync(ExitCode.TokenFile, "/no/such/token", ("SOMA_API_TOKEN_FILE", "/no/such/token"), ("SOMA_API_TOKEN", null));

    [Fact]
    public async Task A_data_folder_that_cannot_be_created_is_named()
    {
        // The folder's parent is a file, because permissions would not stop a superuser.
        var file = Path.Combine(_folder.Location, "file");
        await File.WriteAllTextAsync(file, "");

        await AssertRefusedAsync(ExitCode.DataFolderNotWritable, file, ("SOMA_DATA_DIR", Path.Combine(file, "data")));
    }

    [Fact]
    public Task A_database_that_does_not_answer_is_reported() =>
        AssertRefusedAsync(ExitCode.DatabaseUnreachable, "database", ("SOMA_POSTGRES_URL", $"postgresql://soma@127.0.0.1:{FreePorts.Next()}/soma"));

    [Fact]
    public async Task A_database_that_can_lose_confirmed_writes_is_refused_and_the_setting_named()
    {
        using var server = new PostgresServer("-c fsync=off");

        await AssertRefusedAsync(ExitCode.UnsafeDatabase, "fsync", ("SOMA_POSTGRES_URL", await server.CreateDatabaseAsync()));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task AssertRefusedAsync(ExitCode code, string named, params (string Name, string? Value)[] environment)
    {
        await using var soma = new SomaProcess(environment.ToDictionary(pair => pair.Name, pair => pair.Value));

        Assert.Equal((int)code, await soma.RunToEndAsync("serve"));
        var line = Assert.Single(soma.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Equal("", soma.Output);
    }

    private static async Task<string> RunInShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), deadline.Token);
        }
    }

    [GeneratedRegex("^curl .*$", RegexOptions.Multiline)]
    private static partial Regex CurlLine();
}
