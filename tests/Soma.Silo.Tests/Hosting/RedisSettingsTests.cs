using System.Net;
using Soma.Hosting;
using StackExchange.Redis;

namespace Soma.Silo.Tests.Hosting;

public sealed class RedisSettingsTests
{
    [Fact]
    public void Without_settings_Redis_is_on_this_machine()
    {
        var options = Read();

        Assert.Equal("127.0.0.1:6379", Address(options));
        Assert.False(options.Ssl);
        Assert.False(options.AbortOnConnectFail);
        Assert.Null(options.Password);
    }

    [Fact]
    public void A_url_gives_host_port_user_password_database_and_TLS()
    {
        var options = Read(("REDIS_URL", "rediss://ada:s%40crt@redis.example:6380/3"));

        Assert.Equal("redis.example:6380", Address(options));
        Assert.Equal(("ada", "s@crt", 3, true), (options.User, options.Password, options.DefaultDatabase, options.Ssl));
    }

    [Fact]
    public void A_password_alone_has_no_user()
    {
        var options = Read(("REDIS_URL", "redis://:secret@10.0.0.1"));

        Assert.Null(options.User);
        Assert.Equal("secret", options.Password);
        Assert.Equal("10.0.0.1:6379", Address(options));
    }

    [Fact]
    public void Single_variables_override_the_url()
    {
        var options = Read(
            ("REDIS_URL", "redis://:old@elsewhere:1/1"), ("REDIS_HOST", "here"), ("REDIS_PORT", "2"), ("REDIS_DB", "4"), ("REDIS_PASSWORD", "new"));

        Assert.Equal("here:2", Address(options));
        Assert.Equal((4, "new"), (options.DefaultDatabase, options.Password));
    }

    [Theory]
    [InlineData("REDIS_URL", "nonsense")]
    [InlineData("REDIS_URL", "http://host")]
    [InlineData("REDIS_URL", "redis://host/first")]
    [InlineData("REDIS_PORT", "many")]
    [InlineData("REDIS_DB", "-1")]
    public void An_unreadable_value_is_named_and_not_repeated(string variable, string value)
    {
        var failure = Assert.Throws<InvalidSettingException>(() => Read((variable, value)));

        Assert.Equal(variable, failure.Variable);
        Assert.DoesNotContain(value + " ", failure.Message + " ", StringComparison.Ordinal);
    }

    private static string Address(ConfigurationOptions options) => Assert.Single(options.EndPoints) switch
    {
        DnsEndPoint name => $"{name.Host}:{name.Port}",
        var address => address.ToString()!,
    };

    private static ConfigurationOptions Read(params (string Name, string Value)[] variables) =>
        RedisSettings.Read(new SettingsReader(name => variables.FirstOrDefault(variable => variable.Name == name).Value));
}
