using StackExchange.Redis;

namespace Soma.Gateway.Limits;

/// <summary>The window that <c>sliding_window.lua</c> keeps in Redis: one round trip a request.</summary>
internal sealed class SlidingWindowScript
{
    private readonly RedisValue[] _arguments;

    public SlidingWindowScript(int limit, TimeSpan window)
    {
        var microseconds = Math.Max(1, window.Ticks / TimeSpan.TicksPerMicrosecond);
        _arguments = [limit, microseconds, SlidingWindow.Grid(limit, microseconds)];
    }

    /// <summary>The script's text.</summary>
    public static string Text { get; } = Read();

    /// <exception cref="RedisException">Redis is away or refused.</exception>
    public async Task<RateLimitDecision> TakeAsync(IDatabaseAsync redis, string key)
    {
        // Sent by its hash; a server that does not know it (restarted, SCRIPT FLUSH) is sent the text by the client.
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
