using Soma.System.Tests.Processes;
using Soma.System.Tests.Writing;
using Xunit.Abstractions;

namespace Soma.System.Tests;

/// <summary>A write that was answered 200 survives if the process is killed in the next instant.</summary>
[Collection(ProcessTests.Name)]
public sealed class CrashTests(PostgresFixture postgres, ITestOutputHelper log)
{
    private const int Clients = 64;

    [Theory]
    [InlineData(StoreKind.Sqlite, 20)]
    [InlineData(StoreKind.Postgres, 20)]
    public async Task No_acknowledged_write_is_lost_when_the_process_is_killed_under_load(StoreKind kind, int rounds)
    {
        var seed = Environment.TickCount;
        log.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();
        var history = new Dictionary<string, Writers>();
        for (var round = 1; round <= rounds; round++)
        {
            // Each round has its own namespace, which keeps the check after it short. The last check reads all
            // namespaces.
            var writers = history[$"round-{round}"] = new Writers(soma.Client, $"round-{round}", Clients);
            var writing = writers.RunAsync();
            await writers.WaitForAcknowledgedAsync(random.Next(1, 1_500));
            await soma.KillAsync();
            await writing;

            await soma.StartAsync();

            await AssertHoldsAsync(soma, $"round-{round}", writers);
            log.WriteLine($"round {round}: {writers.Sent.Count} sent, {writers.Acknowledged} acknowledged");
        }

        foreach (var (name, writers) in history)
        {
            await AssertHoldsAsync(soma, name, writers);
        }
    }

    private static async Task AssertHoldsAsync(SomaProcess soma, string name, Writers writers) =>
        (await Ledger.ReadAsync(soma.Client, name)).AssertHolds(writers.Sent);
}
