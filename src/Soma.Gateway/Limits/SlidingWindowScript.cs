using StackExchange.Redis;

namespace Soma.Gateway.Limits;

/// <summary>Runs <c>sliding_window.lua</c> in Redis, which counts a request in one round trip.</summary>
internal static class SlidingWindowScript
{
    /// <summary>The text of the script.</summary>
    public static string Text { get; } = Read();

    /// <exception cref="RedisException">Redis is down, or refused the script.</exception>
    public static async Task<RateLimitDecision> TakeAsync(IDatabaseAsync redis, RedisKey[] keys, RateWindow[] windows)
    {
        // The client sends the script's hash. If the server does not know it (after a restart or SCRIPT FLUSH), the
        // client sends the text.
        var result = await redis.ScriptEvaluateAsync(Text, keys, ArgumentsOf(windows));
        Span<WindowState> states = stackalloc WindowState[windows.Length];
        for (var i = 0; i < windows.Length; i++)
        {
            states[i] = new WindowState((int)result[(2 * i) + 1], TimeSpan.FromMicroseconds((long)result[(2 * i) + 2]));
        }

        return RateLimitDecision.Of((int)result[0] == 1, states);
    }

    private static RedisValue[] ArgumentsOf(RateWindow[] windows)
    {
        var arguments = new RedisValue[3 * windows.Length];
        for (var i = 0; i < windows.Length; i++)
        {
            var microseconds = Math.Max(1, windows[i].Length.Ticks / TimeSpan.TicksPerMicrosecond);
            (arguments[3 * i], arguments[(3 * i) + 1], arguments[(3 * i) + 2]) =
                (windows[i].Limit, microseconds, SlidingWindow.Grid(windows[i].Limit, microseconds));
        }

        return arguments;
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
