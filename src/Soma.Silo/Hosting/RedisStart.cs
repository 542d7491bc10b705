using Soma.Hosting;
using StackExchange.Redis;

namespace Soma.Silo.Hosting;

/// <summary>Connects to Redis, and waits for a Redis that starts later than this silo.</summary>
internal static class RedisStart
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <exception cref="StartupException">Redis did not answer within the startup timeout.</exception>
    public static async Task<ConnectionMultiplexer> ConnectAsync(
        ConfigurationOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(options);
        using var deadline = new CancellationTokenSource(timeout);
        while (true)
        {
            try
            {
                await redis.GetDatabase().PingAsync();
                return redis;
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException && deadline.IsCancellationRequested)
            {
                await redis.DisposeAsync();
                throw new StartupException(
                    ExitCode.MembershipUnreachable,
                    $"Redis at {options.EndPoints[0]} does not answer: {StartupFailures.FirstLine(failure)} Check REDIS_URL.",
                    failure);
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
