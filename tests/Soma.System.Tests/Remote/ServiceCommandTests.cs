using System.Text.Json;
using Soma.Hosting;
using Soma.System.Tests.Archives;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Remote;

/// <summary>The commands over a whole service, and who may give them.</summary>
[Collection(ProcessTests.Name)]
public sealed class ServiceCommandTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Statistics_and_namespaces_are_shown_and_a_namespace_is_deleted_by_its_name()
    {
        (await service.RunAsync("store", "one", "-n", "counted-1")).AssertWell();
        (await service.RunAsync("store", "two", "-n", "counted-2")).AssertWell();

        Assert.Matches("(?m)^memories +[1-9]", (await service.RunAsync("stats")).Output);
        Assert.True(JsonDocument.Parse((await service.RunAsync("stats", "--json")).Output).RootElement.GetProperty("total_memories").GetInt32() >= 2);
        var listed = await service.RunAsync("namespaces", "--prefix", "counted-");
        Assert.Matches("^NAMESPACE  MEMORIES  VECTORS  SIZE +SEQ  LAST WRITE\ncounted-1  1 .*Z\ncounted-2  1 .*Z\n$", listed.Output);
        Assert.Equal(["counted-1", "counted-2"], NamesOf(await service.RunAsync("namespaces", "--prefix", "counted-", "--json")));
        Assert.Matches("(?m)^keep_versions +10$", (await service.RunAsync("namespaces", "show", "counted-1")).Output);

        (await service.RunAsync("namespaces", "delete", "counted-1", "--confirm", "counted-2")).AssertFailed(ExitCode.Failed, "422");
        Assert.Equal("counted-1 is deleted; its newest seq was 1.\n", (await service.RunAsync("namespaces", "delete", "counted-1", "--confirm", "counted-1")).Output);
        Assert.Equal(["counted-2"], NamesOf(await service.RunAsync("namespaces", "--prefix", "counted-", "--json")));
    }

    [Fact]
    public async Task A_key_is_made_used_rotated_and_revoked()
    {
        var made = await service.RunAsync("keys", "make", "reader", "--namespaces", "shared-*,notes", "--scopes", "read");
        var token = made.Output.TrimEnd('\n');
        Assert.StartsWith("soma_", token, StringComparison.Ordinal);
        Assert.Contains("Nothing shows it again.", made.Errors, StringComparison.Ordinal);
        var id = JsonDocument.Parse((await service.RunAsync("keys", "--json")).Output.Split('\n').Single(line => line.Contains("\"reader\"", StringComparison.Ordinal))).RootElement.GetProperty("id").GetString()!;
        Assert.Matches($"(?m)^{id} +reader +default +shared-\\*,notes +read +never", (await service.RunAsync("keys")).Output);

        (await AsAsync(token, "list", "-n", "notes")).AssertWell();
        (await AsAsync(token, "store", "x", "-n", "notes")).AssertFailed(ExitCode.Failed, "write");
        var rotated = JsonDocument.Parse((await service.RunAsync("keys", "rotate", id, "--json")).Output).RootElement.GetProperty("key").GetString()!;
        (await AsAsync(rotated, "list", "-n", "notes")).AssertWell();
        Assert.Equal($"{id} is revoked.\n", (await service.RunAsync("keys", "revoke", id)).Output);
        (await service.RunAsync("keys", "revoke", id)).AssertFailed(ExitCode.NotFound, "404: Key not found");
    }

    [Fact]
    public async Task A_wrong_token_is_refused_with_its_source_and_a_service_that_is_away_is_named()
    {
        (await AsAsync("another", "list")).AssertFailed(ExitCode.Failed, "answered 403: Invalid token (the token is that of SOMA_API_KEY)");
        (await RunningService.RunAsync(new Dictionary<string, string?>(), ["stats", "--url", "http://127.0.0.1:9"])).AssertFailed(ExitCode.Failed, "http://127.0.0.1:9/ cannot be reached: ");
        (await RunningService.RunAsync(new Dictionary<string, string?>(), ["stats", "--url", "https://soma.example"])).AssertFailed(ExitCode.Failed, "there is no token for https://soma.example/");
        (await RunningService.RunAsync(new Dictionary<string, string?> { ["SOMA_URL"] = "nowhere" }, ["stats"])).AssertFailed(ExitCode.BadSetting, "SOMA_URL must be an http or https URL");
    }

    [Fact]
    public async Task A_profile_is_kept_for_its_owner_alone_and_used_where_nothing_else_is_said()
    {
        var environment = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = service.NewFolder() };
        var file = Path.Combine(environment["XDG_CONFIG_HOME"]!, "soma", "profiles.json");
        (await RunningService.RunAsync(environment, ["login", service.Url, "--token-stdin"], "wrong\n")).AssertFailed(ExitCode.Failed, "403: Invalid token");
        Assert.False(File.Exists(file));

        var login = await RunningService.RunAsync(environment, ["login", service.Url, "--token-stdin", "-n", "of-profile"], SomaProcess.Token + "\n");

        login.AssertWell();
        Assert.Contains("knows this token as root", login.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(SomaProcess.Token, login.Output, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        (await RunningService.RunAsync(environment, ["store", "kept", "--id", "kept"])).AssertWell();
        Assert.Contains("kept", (await service.RunAsync("get", "kept", "-n", "of-profile")).Output, StringComparison.Ordinal);
        (await RunningService.RunAsync(environment, ["list", "--profile", "other"])).AssertFailed(ExitCode.NotFound, "there is no profile other");
        Assert.Contains(service.Url, (await RunningService.RunAsync(environment, ["stats"])).Output, StringComparison.Ordinal);

        (await RunningService.RunAsync(environment, ["logout"])).AssertWell();
        Assert.DoesNotContain(SomaProcess.Token, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        (await RunningService.RunAsync(environment, ["logout"])).AssertFailed(ExitCode.NotFound, "no profile is in use");
    }

    [Fact]
    public async Task The_token_of_a_profile_goes_to_no_other_address()
    {
        var environment = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = service.NewFolder() };
        (await RunningService.RunAsync(environment, ["login", service.Url, "--token-stdin"], SomaProcess.Token)).AssertWell();
        await using var other = await FaultyProxy.StartAsync(new Uri(service.Url));

        // The proxy is the same service at another address: with the profile's token the command would succeed.
        (await RunningService.RunAsync(environment, ["list", "--url", other.Url.ToString()])).AssertFailed(ExitCode.Failed, "(the token is the development token)");
        (await RunningService.RunAsync(environment, ["list", "--url", service.Url])).AssertWell();
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_sent_again_and_applied_once()
    {
        await using var proxy = await FaultyProxy.StartAsync(new Uri(service.Url));
        proxy.Faults.Enqueue(Fault.Cut);

        var stored = await service.RunAsync("store", "once", "--id", "once", "-n", "retried", "--url", proxy.Url.ToString());

        stored.AssertWell();
        Assert.Equal("@once is stored: version 1, seq 1.\n", stored.Output);
        Assert.Equal(2, proxy.Seen.Count);
        Assert.Matches("version +1, seq 1", (await service.RunAsync("get", "once", "-n", "retried")).Output);
    }

    private Task<Ended> AsAsync(string token, params string[] arguments) =>
        RunningService.RunAsync(new Dictionary<string, string?> { ["SOMA_URL"] = service.Url, ["SOMA_API_KEY"] = token }, arguments);

    private static IEnumerable<string?> NamesOf(Ended ended) =>
        ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("name").GetString());
}
