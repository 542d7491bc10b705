using Npgsql;
using Soma.Grains.Storage.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

public sealed class PostgresUrlTests
{
    [Theory]
    [InlineData("postgresql://soma:p%40ss%3Aword@db.example:6543/memories?sslmode=require")]
    [InlineData("postgres://soma:p%40ss:word@db.example:6543/memories?sslmode=require")]
    [InlineData("postgresql+psycopg2://soma:p%40ss%3Aword@db.example:6543/memories?sslmode=require")]
    public void Url_becomes_a_connection_string(string url)
    {
        var read = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(url));
        Assert.Equal(
            ("db.example", 6543, "soma", "p@ss:word", "memories", SslMode.Require),
            (read.Host, read.Port, read.Username, read.Password, read.Database, read.SslMode));
    }

    [Fact]
    public void What_a_url_leaves_out_keeps_its_default()
    {
        var read = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString("postgresql://localhost"));
        Assert.Equal(("localhost", 5432, null, null), (read.Host, read.Port, read.Username, read.Database));
    }

    [Theory, InlineData("verify-full", SslMode.VerifyFull), InlineData("verify-ca", SslMode.VerifyCA), InlineData("disable", SslMode.Disable)]
    public void Ssl_modes_are_read_as_libpq_writes_them(string written, SslMode expected) =>
        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString($"postgres://h/d?sslmode={written}")).SslMode);

    [Theory]
    [InlineData("postgres://u:p@a:5432,b:5433/db?target_session_attrs=read-write", "a:5432,b:5433", "u", "db")]
    [InlineData("postgresql://u:p%2C%40@a,b,[::1]:5433/db", "a,b,[::1]:5433", "u", "db")]
    [InlineData("postgresql://a:1,b:2", "a:1,b:2", null, null)]
    [InlineData("Host=a:5432,b:5433;Username=u;Database=db", "a:5432,b:5433", "u", "db")]
    public void Both_forms_of_an_address_may_name_several_hosts(string address, string hosts, string? user, string? database)
    {
        var read = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(address));
        Assert.Equal((hosts, user, database), (read.Host, read.Username, read.Database));
    }

    [Fact]
    public void Connection_string_passes_unchanged() =>
        Assert.Equal("Host=a;Database=b", PostgresUrl.ToConnectionString("Host=a;Database=b"));

    [Theory, InlineData("postgresql://h:x1/d"), InlineData("postgresql://h/d?sslmode=sometimes"), InlineData("postgresql://u:secret@h/d?nonsense=1")]
    public void Url_that_cannot_be_read_is_refused_without_its_password(string url) =>
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => PostgresUrl.ToConnectionString(url)).Message);
}
