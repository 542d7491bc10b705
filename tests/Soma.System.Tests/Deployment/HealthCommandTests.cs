using System.Globalization;
using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Deployment;

/// <summary>
/// Tests the health checks of containers: <c>soma health</c>, and <c>--health</c> of silo and gateway.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class HealthCommandTests
{
    [Fact]
    public async Task The_health_command_returns_0_while_the_service_is_ready_and_1_afterwards()
    {
        using var folder = new TestFolder();
        var environment = new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder.Location };
        await using var soma = new SomaProcess(environment);
        await soma.StartAsync();
        // The one-process service answers on the paths of both silo and gateway, so it can stand for either.
        var port = soma.Port.ToString(CultureInfo.InvariantCulture);
        var asking = new Dictionary<string, string?> { ["SOMA_API_PORT"] = port, ["SOMA_ADMIN_PORT"] = port, ["SOMA_API_HOST"] = "0.0.0.0" };
        (string Assembly, string Argument)[] commands = [("soma.dll", "health"), ("Soma.Gateway.dll", "--health"), ("Soma.Silo.dll", "--health")];

        foreach (var (assembly, argument) in commands)
        {
            await using var ready = new ManagedProcess(assembly, asking);
            Assert.Equal((0, ""), await AskAsync(ready, argument));
        }

        await soma.TerminateAsync();

        foreach (var (assembly, argument) in commands)
        {
            await using var gone = new ManagedProcess(assembly, asking);
            var (code, said) = await AskAsync(gone, argument);
            Assert.Equal(1, code);
            Assert.Contains("cannot be reached", said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Soma.Silo.dll")]
    [InlineData("Soma.Gateway.dll")]
    public async Task A_mistyped_argument_does_not_start_another_process(string assembly)
    {
        await using var process = new ManagedProcess(assembly, new Dictionary<string, string?>());

        var (code, said) = await AskAsync(process, "--helth");

        Assert.Equal((int)ExitCode.Usage, code);
        Assert.Contains("--helth", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Errors)> AskAsync(ManagedProcess process, string argument)
    {
        process.Start(argument);
        return (await process.WaitForEndAsync(), process.Errors.ToString());
    }
}
