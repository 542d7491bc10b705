using System.Net;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Silo.Tests.Hosting;

public sealed class SiloProcessOptionsTests
{
    private const string Database = "postgresql://soma@127.0.0.1/soma";

    [Fact]
    public void On_one_machine_only_the_database_must_be_set()
    {
        var options = Read(("SOMA_POSTGRES_URL", Database));

        Assert.Equal((11111, 30000, 9596), (options.SiloPort, options.GatewayPort, options.AdminPort));
        Assert.Equal(IPAddress.Loopback, options.Address);
        Assert.Equal(IPAddress.Loopback, options.AdminAddress);
        Assert.Null(options.OperatorToken);
        Assert.Equal(("soma", "soma"), (options.Silo.ClusterId, options.Silo.ServiceId));
    }

    [Fact]
    public void The_address_and_name_of_a_pod_are_read()
    {
        var options = Read(("SOMA_POSTGRES_URL", Database), ("POD_IP", "10.1.2.3"), ("POD_NAME", "soma-silo-2"), ("SOMA_CLUSTER_ID", "blue"));

        Assert.Equal((IPAddress.Parse("10.1.2.3"), "soma-silo-2", "blue"), (options.Address, options.Name, options.Silo.ClusterId));
    }

    [Fact]
    public void Auto_resolves_the_host_name_of_the_container()
    {
        var own = Dns.GetHostAddresses(Dns.GetHostName()).Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal).ToList();

        if (own.Count == 0)
        {
            // If the machine's host name resolves to loopback only, there is no address that other machines could
            // reach.
            Assert.Equal("POD_IP", Assert.Throws<InvalidSettingException>(() => Read(("SOMA_POSTGRES_URL", Database), ("POD_IP", "auto"))).Variable);
            return;
        }

        Assert.Contains(Read(("SOMA_POSTGRES_URL", Database), ("POD_IP", "auto")).Address, own);
    }

    [Theory]
    [InlineData("SOMA_POSTGRES_URL", null)]
    [InlineData("POD_IP", "somewhere")]
    [InlineData("SOMA_SILO_PORT", "70000")]
    [InlineData("SOMA_PROBE_TIMEOUT_SECONDS", "0")]
    public void A_missing_or_invalid_value_is_named(string variable, string? value)
    {
        var failure = Assert.Throws<InvalidSettingException>(() => Read((variable, value), ("SOMA_POSTGRES_URL", Database)));

        Assert.Equal(variable, failure.Variable);
    }

    [Fact]
    public void A_message_holds_a_body_at_its_limit_and_an_answer_at_its_own()
    {
        const int Megabyte = 1 << 20;
        var body = Read(("SOMA_POSTGRES_URL", Database), ("SOMA_MAX_REQUEST_BODY_MB", "20")).Silo.MaxMessageBytes;
        var small = Read(("SOMA_POSTGRES_URL", Database), ("SOMA_MAX_REQUEST_BODY_MB", "1")).Silo.MaxMessageBytes;

        Assert.True(body > 2 * 20 * Megabyte);
        Assert.True(small > 2 * 8 * Megabyte);
    }

    private static SiloProcessOptions Read(params (string Name, string? Value)[] variables) =>
        SiloProcessOptions.Read(new SettingsReader(name => variables.FirstOrDefault(variable => variable.Name == name).Value));
}
