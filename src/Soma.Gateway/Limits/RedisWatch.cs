using StackExchange.Redis;

namespace Soma.Gateway.Limits;

/// <summary>Holds the connection of the shared windows and looks every second whether they can be used.</summary>
/// <remarks>The first look is at the start, beside it: a Redis that is away holds up nothing.</remarks>
internal sealed class RedisWatch(
    ConfigurationOptions redis, RedisRateLimitWindow window, TimeProvider clock, ILogger<RedisWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RedisRateLimitWindow.Pause, clock);
        ConnectionMultiplexer? connection = null;
        try
        {
            do
            {
                connection = await LookAsync(connection, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            window.Leave(reason: null);
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<ConnectionMultiplexer?> LookAsync(ConnectionMultiplexer? connection, CancellationToken stoppingToken)
    {
        try
        {
            connection ??= await ConnectionMultiplexer.ConnectAsync(Tune(redis));
            await window.TryJoinAsync(connection.GetDatabase(), stoppingToken);
        }
        // The loop's boundary: whatever is wrong with Redis or its address, the gateway serves on and the next look may find better.
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Log.RedisLookFailed(logger, e);
            window.Leave(e);
        }

        return connection;
    }

    /// <summary>A connection of its own, because it must give up where others (cluster membership) should wait.</summary>
    private static ConfigurationOptions Tune(ConfigurationOptions redis)
    {
        var tuned = redis.Clone();
        tuned.AbortOnConnectFail = false;
        tuned.ConnectRetry = 1;
        tuned.ReconnectRetryPolicy = new LinearRetry(1_000);
        // What cannot be sent now fails now: a request goes on with the gateway's own window.
        tuned.BacklogPolicy = BacklogPolicy.FailFast;
        return tuned;
    }
}
