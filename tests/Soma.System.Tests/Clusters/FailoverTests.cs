using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Soma.Hosting;
using Soma.Losses;
using Soma.System.Tests.Chaos;
using Soma.System.Tests.Chaos.Load;
using Soma.System.Tests.Processes;
using Soma.Testing;
using Xunit.Abstractions;

namespace Soma.System.Tests.Clusters;

/// <summary>The death of a database server whose standby is promoted, with synchronous and with asynchronous replication.</summary>
[Collection(ProcessTests.Name)]
public sealed class FailoverTests(ITestOutputHelper output)
{
    private static readonly ClusterShape Shape = new() { Silos = 2, Gateways = 1 };

    private readonly Summary _summary = new(output);

    [Fact]
    public async Task A_promoted_synchronous_standby_has_every_acknowledged_write_once()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(Shape with { Standby = StandbyKind.Synchronous });
        using var trial = new Trial(cluster, new LoadOptions { Namespaces = ["failed-over-1", "failed-over-2"], Rate = 100, Seed = 7 });
        await trial.WaitForOperationsAsync(300);

        var killed = Stopwatch.GetTimestamp();
        cluster.FailOver();
        var promoted = Stopwatch.GetTimestamp();
        var answered = await trial.WaitForWriteAfterAsync(killed);

        await cluster.WaitUntilReadyAsync();
        await trial.WaitForOperationsAsync(100);
        var report = await trial.FinishAsync();
        Assert.True(report.ViolationCount == 0, $"{report}\n{cluster.Describe()}");
        Assert.All(await Task.WhenAll(cluster.Silos.Select(silo => silo.ReadMetricAsync("soma_store_lost_writes"))), lost => Assert.Equal(0, lost));
        _summary.Write($"primary killed, synchronous standby promoted: first write acknowledged {Stopwatch.GetElapsedTime(killed, answered).TotalMilliseconds:0} ms "
            + $"after the kill, {Stopwatch.GetElapsedTime(promoted, answered).TotalMilliseconds:0} ms after the promotion; {report.LogRows} rows, 0 lost, 0 twice");
    }

    [Fact]
    public async Task A_promoted_standby_that_lacks_acknowledged_writes_is_refused_until_an_operator_accepts_it()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(Shape with { Standby = StandbyKind.Asynchronous });
        using var client = new Caller(cluster.Gateways[0].Address);
        var kept = await client.StoreAsync("lossy", 5);
        var log = await client.ReadLogAsync("lossy");
        await client.StoreAsync("whole", 1);
        await CutReplicationAsync(cluster);
        var acknowledged = await client.StoreAsync("lossy", 7);
        Assert.Equal(kept + 7, acknowledged);

        cluster.FailOver();

        var refusal = await client.WaitForRefusalAsync("lossy");
        Assert.Contains($"seq {acknowledged} was acknowledged, and the store ends at seq {kept}", refusal, StringComparison.Ordinal);
        Assert.Contains("not known to be affected", await client.WaitForRefusalAsync("whole"), StringComparison.Ordinal);
        Assert.DoesNotContain("lossy", await client.WaitForRefusalAsync("whole"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await client.GetAsync("lossy", "memories/1"));
        // Any silo may be asked, and each looks at the record once a second.
        await Eventually.TrueAsync(async () => (await client.ReadHealthAsync()).Contains("lost_writes", StringComparison.Ordinal));

        // Nobody who lives knows of the loss any more, but it is on record.
        await new Chaos.Faults.KillAllSilos().ApplyAsync(cluster, new Random(1));
        await cluster.WaitUntilReadyAsync();
        Assert.Contains($"seq {acknowledged} was acknowledged", await client.WaitForRefusalAsync("lossy"), StringComparison.Ordinal);
        Assert.Contains("not known to be affected", await client.WaitForRefusalAsync("whole"), StringComparison.Ordinal);
        var (code, listed) = await AcceptAsync(cluster, isAccepted: false);
        Assert.Equal(ExitCode.WritesLost, code);
        Assert.Contains($"default/lossy: seq {acknowledged} was acknowledged, the store ends at seq {kept}", listed, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Stopped, (await AcceptAsync(cluster, isAccepted: true)).Code);

        await Eventually.TrueAsync(async () => await client.GetAsync("lossy", "memories/1") == HttpStatusCode.OK);
        Assert.Equal(kept + 1, await client.StoreAsync("lossy", 1));
        Assert.Equal(HttpStatusCode.NotFound, await client.GetAsync("lossy", $"memories/{acknowledged}"));
        Assert.Equal(HttpStatusCode.Gone, await client.GetAsync("lossy", $"changes?after={acknowledged}"));
        Assert.Equal(HttpStatusCode.Gone, await client.GetAsync("lossy", $"changes?after={kept}&log={log}"));
        await Eventually.TrueAsync(async () => !(await client.ReadHealthAsync()).Contains("lost_writes", StringComparison.Ordinal));
    }

    /// <summary>Whatever the primary acknowledges from now on, its standby does not get.</summary>
    private static async Task CutReplicationAsync(ClusterUnderTest cluster)
    {
        await cluster.Standby!.SetAsync("primary_conninfo", "");
        await Eventually.TrueAsync(async () => !await cluster.Postgres.IsFollowedAsync(isSynchronous: false));
    }

    private static async Task<(ExitCode Code, string Output)> AcceptAsync(ClusterUnderTest cluster, bool isAccepted)
    {
        using var said = new StringWriter();
        var settings = new SettingsReader(name => name == "SOMA_POSTGRES_URL" ? cluster.Database : null);
        return (await AcceptLossCommand.RunAsync(settings, isAccepted, said, said, default), said.ToString());
    }

    /// <summary>Stores memories whose keys are their seqs, and reads what is asked for.</summary>
    private sealed class Caller : IDisposable
    {
        private readonly HttpClient _http;

        public Caller(Uri address)
        {
            _http = ClusterAuthority.NewClient(address);
            _http.DefaultRequestHeaders.Authorization = new("Bearer", ClusterUnderTest.Token);
        }

        public void Dispose() => _http.Dispose();

        /// <returns>The seq of the last one.</returns>
        public async Task<long> StoreAsync(string space, int count)
        {
            var seq = 0L;
            for (var i = 0; i < count; i++)
            {
                using var answer = await SendAsync(HttpMethod.Post, space, "memories", JsonContent.Create(new { coord = $"{seq + 1}", payload = new { text = "a kettle" } }));
                answer.EnsureSuccessStatusCode();
                seq = long.Parse(answer.Headers.GetValues("X-Soma-Seq").Single(), global::System.Globalization.CultureInfo.InvariantCulture);
            }

            return seq;
        }

        public async Task<HttpStatusCode> GetAsync(string space, string path)
        {
            using var answer = await SendAsync(HttpMethod.Get, space, path, null);
            return answer.StatusCode;
        }

        public async Task<string?> ReadLogAsync(string space)
        {
            using var answer = await SendAsync(HttpMethod.Get, space, "changes?after=0", null);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("log").GetString();
        }

        public Task<string> ReadHealthAsync() => _http.GetStringAsync("/health");

        /// <summary>Writes until the answer says that an operator is needed, and returns what it says.</summary>
        public async Task<string> WaitForRefusalAsync(string space)
        {
            var detail = "";
            await Eventually.TrueAsync(async () =>
            {
                using var answer = await SendAsync(HttpMethod.Post, space, "memories", JsonContent.Create(new { coord = "1", payload = new { text = "too early" } }));
                Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
                detail = await answer.Content.ReadAsStringAsync();
                return answer.StatusCode == HttpStatusCode.ServiceUnavailable && detail.Contains("soma accept-loss", StringComparison.Ordinal);
            });
            return detail;
        }

        private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string space, string path, HttpContent? body)
        {
            using var request = new HttpRequestMessage(method, $"/{path}") { Content = body };
            request.Headers.Add("X-Soma-Namespace", space);
            return await _http.SendAsync(request);
        }
    }
}
