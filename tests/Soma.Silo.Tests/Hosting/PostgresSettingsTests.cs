using Npgsql;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Silo.Tests.Hosting;

public sealed class PostgresSettingsTests
{
    [Fact]
    public void Without_a_url_and_a_host_there_is_no_Postgres() => Assert.Null(PostgresSettings.Read(new SettingsReader(_ => null)));

    [Fact]
    public void A_url_is_read_in_the_form_of_other_drivers_too()
    {
        var address = Read(("SOMA_POSTGRES_URL", "postgresql+psycopg2://ada:s%40crt@db.example:6543/notes?sslmode=verify-full"));

        Assert.Equal(("db.example", 6543, "ada", "s@crt", "notes"), (address.Host, address.Port, address.Username, address.Password, address.Database));
        Assert.Equal(SslMode.VerifyFull, address.SslMode);
    }

    [Fact]
    public void Parts_have_defaults_and_the_url_overrides_them()
    {
        var parts = Read(("POSTGRES_HOST", "db"), ("SOMA_POSTGRES_PASSWORD", "secret"));
        Assert.Equal(("db", 5432, "soma", "secret", "somamemory"), (parts.Host, parts.Port, parts.Username, parts.Password, parts.Database));

        Assert.Equal("first", Read(("POSTGRES_HOST", "second"), ("SOMA_POSTGRES_URL", "postgresql://first/x")).Host);
    }

    [Fact]
    public void TLS_can_be_required_with_a_url_or_with_parts()
    {
        var address = Read(("POSTGRES_HOST", "db"), ("POSTGRES_SSL_MODE", "verify-ca"), ("POSTGRES_SSL_ROOT_CERT", "/ca.pem"));

        Assert.Equal((SslMode.VerifyCA, "/ca.pem"), (address.SslMode, address.RootCertificate));
    }

    [Theory]
    [InlineData("SOMA_POSTGRES_URL", "postgresql://[")]
    [InlineData("POSTGRES_PORT", "0")]
    [InlineData("POSTGRES_SSL_MODE", "perhaps")]
    public void An_unreadable_value_is_named(string variable, string value) =>
        Assert.Equal(variable, Assert.Throws<InvalidSettingException>(() => Read(("POSTGRES_HOST", "db"), (variable, value))).Variable);

    private static NpgsqlConnectionStringBuilder Read(params (string Name, string Value)[] variables) =>
        new(PostgresSettings.Read(new SettingsReader(name => variables.FirstOrDefault(variable => variable.Name == name).Value)));
}
