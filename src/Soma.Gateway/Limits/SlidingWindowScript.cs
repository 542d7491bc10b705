using StackExchange.Redis;

namespace Soma.Gateway.Limits;

/// <summary>Runs <c>sliding_window.lua</c> in Redis, which counts a request in one round trip.</summary>
internal sealed class SlidingWindowScript
{
    private readonly RedisValue[] _arguments;

    public SlidingWindowScript(int limit, TimeSpan window)
    {
        var microseconds = Math.Max(1, window.Ticks / TimeSpan.TicksPerMicrosecond);
        _arguments = [limit, microseconds, SlidingWindow.Grid(limit, microseconds)];
    }

    /// <summary>The text of the script.</summary>
    public static string Text { get; } = Read();

    /// <exception cref="RedisException">Redis is down, or refused the script.</exception>
    public async Task<RateLimitDecision> TakeAsync(IDatabaseAsync redis, string key)
    {
        // The client sends the script's hash. If the server does not know it (after a restart or SCRIPT FLUSH), the
        // client sends the text.
        var result = await redis.ScriptEvaluateAsync(Text, [key], _arguments);
        return new RateLimitDecision((int)result[0] == 1, (int)result[1], TimeSpan.FromMicroseconds((long)result[2]));
    }

    private static string Read()
    {
        const string Name = "Soma.Gateway.Limits.sliding_window.lua";
        using var stream = typeof(SlidingWindowScript).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"{Name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
