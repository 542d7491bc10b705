using Soma.Hosting;

namespace Soma.Gateway.Tests;

public sealed class GatewayEnvironmentTests
{
    private static GatewayOptions Read(params (string Name, string Value)[] variables) =>
        GatewayEnvironment.Read(
            new SettingsReader(name => variables.FirstOrDefault(variable => variable.Name == name).Value), "token");

    [Fact]
    public void Nothing_but_a_token_is_needed()
    {
        var options = Read();
        Assert.Equal(("token", "default", 120, 60.0, 10.0), (options.ApiToken, options.DefaultNamespace, options.RateLimit, options.RateLimitWindow.TotalSeconds, options.RequestTimeout.TotalSeconds));
        Assert.Equal(5 * 1024 * 1024, options.MaxBodyBytes);
        Assert.Equal((false, false, 0), (options.FlatMemories, options.IgnoreUnknownFields, options.CorsOrigins.Count));
    }

    [Fact]
    public void Every_variable_is_read()
    {
        var options = Read(
            ("SOMA_NAMESPACE", "ns"), ("SOMA_MEMORY_NAMESPACE", "other"), ("SOMA_REQUEST_TIMEOUT_SECONDS", "2.5"), ("SOMA_MAX_REQUEST_BODY_MB", "0.5"),
            ("SOMA_RATE_LIMIT_MAX", "7"), ("SOMA_RATE_LIMIT_WINDOW_SECONDS", "30"), ("SOMA_FLAT_MEMORIES", "true"), ("SOMA_UNKNOWN_FIELDS", "ignore"), ("SOMA_UI", "off"),
            ("SOMA_ANSWER_MEMORY_MB", "64"), ("SOMA_CORS_ORIGINS", " https://a.example , https://b.example,"));
        Assert.Equal(("ns", 2.5, 524288L, 7, 30.0), (options.DefaultNamespace, options.RequestTimeout.TotalSeconds, options.MaxBodyBytes, options.RateLimit, options.RateLimitWindow.TotalSeconds));
        Assert.Equal(["https://a.example", "https://b.example"], options.CorsOrigins);
        Assert.True(options.FlatMemories);
        Assert.True(options.IgnoreUnknownFields);
        Assert.False(options.ServesExplorer);
        Assert.Equal(64L << 20, options.AnswerMemoryBytes);
        Assert.Equal("other", Read(("SOMA_MEMORY_NAMESPACE", "other"), ("SOMA_NAMESPACE", " ")).DefaultNamespace);
    }

    [Theory]
    [InlineData("", Facades.Mem0 | Facades.LangGraph)]
    [InlineData("mem0, LangGraph", Facades.Mem0 | Facades.LangGraph)]
    [InlineData("langgraph", Facades.LangGraph)]
    [InlineData("none", Facades.None)]
    public void Protocols_of_other_memories_are_a_list(string list, Facades facades) => Assert.Equal(facades, Read(("SOMA_FACADES", list)).Facades);

    [Theory]
    [InlineData("SOMA_RATE_LIMIT_MAX", "0")]
    [InlineData("SOMA_RATE_LIMIT_MAX", "-1")]
    [InlineData("SOMA_RATE_LIMIT_WINDOW_SECONDS", "0")]
    public void Zero_or_less_turns_the_rate_limit_off(string variable, string value) => Assert.False(Read((variable, value)).IsRateLimited);

    [Fact]
    public void Zero_or_less_turns_the_body_limit_off() => Assert.Null(Read(("SOMA_MAX_REQUEST_BODY_MB", "0")).MaxBodyBytes);

    [Theory]
    [InlineData("SOMA_RATE_LIMIT_MAX", "many")]
    [InlineData("SOMA_RATE_LIMIT_MAX", "1.5")]
    [InlineData("SOMA_RATE_LIMIT_WINDOW_SECONDS", "a minute")]
    [InlineData("SOMA_MAX_REQUEST_BODY_MB", "five")]
    [InlineData("SOMA_MAX_REQUEST_BODY_MB", "NaN")]
    [InlineData("SOMA_REQUEST_TIMEOUT_SECONDS", "0")]
    [InlineData("SOMA_REQUEST_TIMEOUT_SECONDS", "1e300")]
    [InlineData("SOMA_FLAT_MEMORIES", "perhaps")]
    [InlineData("SOMA_UNKNOWN_FIELDS", "perhaps")]
    [InlineData("SOMA_UI", "perhaps")]
    [InlineData("SOMA_FACADES", "mem0,letta")]
    [InlineData("SOMA_LANGGRAPH_NAMESPACE", "two")]
    [InlineData("SOMA_ANSWER_MEMORY_MB", "0")]
    [InlineData("SOMA_ANSWER_MEMORY_MB", "lots")]
    [InlineData("SOMA_NAMESPACE", "a/b")]
    [InlineData("SOMA_MEMORY_NAMESPACE", "a b")]
    public void What_cannot_be_used_is_named_in_one_line(string variable, string value)
    {
        var e = Assert.Throws<InvalidSettingException>(() => Read((variable, value)));
        Assert.Equal(variable, e.Variable);
        Assert.StartsWith(variable + " ", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }
}
