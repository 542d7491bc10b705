using System.Globalization;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing.Postgres;
using Xunit.Abstractions;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>
/// Thousands of requests, most of them broken, against the running service: it never fails, always explains a refusal, and
/// changes exactly what it said it changed.
/// </summary>
/// <remarks><c>SOMA_FUZZ_SEED</c> and <c>SOMA_FUZZ_REQUESTS</c> choose another run; the seed of this one is printed.</remarks>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private readonly int _seed = Setting("SOMA_FUZZ_SEED", 20_261_104);
    private readonly int _requests = Setting("SOMA_FUZZ_REQUESTS", 10_000);

    [Fact]
    public async Task Nothing_breaks_the_service_and_nothing_changes_but_what_was_answered_200()
    {
        await using var soma = await SomaHost.StartAsync(FuzzRun.BodyLimit);

        await new FuzzRun(soma, _seed, _requests, output).RunAsync();
    }

    [Fact]
    public async Task Nothing_breaks_it_on_Postgres_either_which_refuses_what_Sqlite_keeps()
    {
        using var postgres = new PostgresServer();
        await using var soma = await SomaHost.StartAsync(FuzzRun.BodyLimit, ("SOMA_POSTGRES_URL", await postgres.CreateDatabaseAsync()));

        // Another seed: together the two runs see more requests.
        await new FuzzRun(soma, _seed + 1, _requests / 3, output).RunAsync();
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
