using System.Diagnostics;
using HdrHistogram;

namespace Soma.Bench.Load;

/// <summary>Sends requests over some connections for some time, and keeps how long each took.</summary>
/// <param name="Connections">How many requests may be under way at once.</param>
/// <param name="Rate">Requests a second, sent at even distances whether or not earlier ones were answered (an open loop); 0: each
/// connection sends its next request when the last one was answered (a closed loop).</param>
/// <param name="Time">How long requests are sent.</param>
internal sealed record LoadRun(int Connections, int Rate, TimeSpan Time)
{
    private const long LargestMicroseconds = 120_000_000;

    /// <exception cref="InvalidOperationException">An answer was not 200 or 201.</exception>
    public async Task<LoadResult> RunAsync(Uri url, IReadOnlyList<byte[]> requests)
    {
        var connections = new HttpConnection[Connections];
        for (var i = 0; i < Connections; i++)
        {
            connections[i] = new HttpConnection();
            await connections[i].ConnectAsync(url);
        }

        var started = Stopwatch.GetTimestamp();
        var workers = await Task.WhenAll(connections.Select((connection, worker) => Task.Run(() => WorkAsync(connection, worker, started, requests))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var all = NewHistogram();
        foreach (var worker in workers)
        {
            all.Add(worker);
        }

        return new LoadResult(all.TotalCount / elapsed.TotalSeconds, all);
    }

    private static LongHistogram NewHistogram() => new(LargestMicroseconds, numberOfSignificantValueDigits: 3);

    private async Task<LongHistogram> WorkAsync(HttpConnection connection, int worker, long started, IReadOnlyList<byte[]> requests)
    {
        using var closing = connection;
        var histogram = NewHistogram();
        for (var n = worker; ; n += Connections)
        {
            // In an open loop the clock of a request starts when it is due, not when a connection is free for it: a service that
            // stops for a second delays all requests that were due in it, and each of them counts.
            var due = Rate == 0 ? Stopwatch.GetTimestamp() : started + (long)((double)n / Rate * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(started, due) >= Time)
            {
                return histogram;
            }

            await UntilAsync(due);
            var status = await connection.SendAsync(requests[n % requests.Count]);
            histogram.RecordValue(Math.Min(LargestMicroseconds, (long)Stopwatch.GetElapsedTime(due).TotalMicroseconds));
            if (status is not (200 or 201))
            {
                throw new InvalidOperationException($"The service answered {status}; it must run with SOMA_RATE_LIMIT_MAX=0.");
            }
        }
    }

    private static async ValueTask UntilAsync(long due)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var rest && rest > TimeSpan.Zero)
        {
            // The timer is exact to a millisecond; what is left is waited for by giving way to other requests.
            await (rest > TimeSpan.FromMilliseconds(2) ? Task.Delay(rest - TimeSpan.FromMilliseconds(1)) : Yield());
        }

        static async Task Yield() => await Task.Yield();
    }
}

/// <summary>What one run measured.</summary>
/// <param name="PerSecond">Requests that were answered in a second.</param>
/// <param name="Microseconds">How long each took.</param>
internal sealed record LoadResult(double PerSecond, LongHistogram Microseconds)
{
    public double Milliseconds(double percentile) => Microseconds.GetValueAtPercentile(percentile) / 1_000.0;
}
