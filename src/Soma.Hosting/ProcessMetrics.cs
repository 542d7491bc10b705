using System.Diagnostics.Metrics;
using Prometheus;

namespace Soma.Hosting;

/// <summary>How the meters of Orleans, .NET and Kestrel reach <c>/metrics</c>, beside the metrics of our own.</summary>
/// <remarks>
/// <para>The adapter that prometheus-net starts by itself begins to listen at the first scrape and forgets what has not moved for
/// five minutes: a counter of connections that were opened before would show too few for ever, and a quiet series would be
/// missing from the alert that waits for it. So the adapter is started here, with the process.</para>
/// <para>It publishes .NET's counters as gauges; <c>rate()</c> and <c>increase()</c> work on them all the same.</para>
/// </remarks>
public static class ProcessMetrics
{
    // The longest that the adapter takes.
    private static readonly TimeSpan KeepIdle = TimeSpan.FromDays(1);

    // Left out: HTTP requests, since the gateway counts its own, by route; and Npgsql, whose labels are connection strings:
    // hosts, users and databases, on a page that needs no token.
    private static readonly HashSet<string> Meters = ["Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    // Their labels hold silos' addresses, and each start of a silo makes a new one.
    private static readonly HashSet<string> LabelledBySilo =
    [
        "orleans-messaging-pings-sent", "orleans-messaging-pings-received", "orleans-messaging-pings-reply-received",
        "orleans-messaging-pings-reply-missed", "orleans-messaging-sent-messages-size", "orleans-messaging-received-messages-size",
    ];

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];
    private static readonly double[] Milliseconds = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

    private static int _isConfigured;

    /// <summary>Call once at the start of a process, before anything is scraped; calling again does nothing.</summary>
    public static void Configure()
    {
        if (Interlocked.Exchange(ref _isConfigured, 1) == 1)
        {
            return;
        }

        // .NET's meters carry what its event counters carried.
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressMeters = true, SuppressEventCounters = true });
        BeginAtZero();
        MeterAdapter.StartListening(new MeterAdapterOptions
        {
            InstrumentFilterPredicate = IsWanted,
            ResolveHistogramBuckets = BucketsOf,
            MetricsExpireAfter = KeepIdle,
        });
        WarmUp();
    }

    private static bool IsWanted(Instrument instrument) =>
        Meters.Contains(instrument.Meter.Name) && !LabelledBySilo.Contains(instrument.Name);

    // Orleans counts in milliseconds, whether it names the unit or not; .NET and Kestrel count in seconds.
    private static double[] BucketsOf(Instrument instrument) => instrument.Unit == "s" ? Seconds : Milliseconds;

    /// <summary>Compiles the adapter's way here: the first measurement takes it, and would hold up a turn of a starting silo.</summary>
    private static void WarmUp()
    {
        using var meter = new Meter("Microsoft.Orleans");
        // Of all counters one that a silo moves all the time, so that adding nothing to it leaves nothing behind.
        meter.CreateCounter<int>("orleans-watchdog-health-checks").Add(0);
    }

    /// <summary>
    /// An adapted counter appears with its first event, which <c>increase()</c> then cannot see. Those that alerts watch are
    /// there before.
    /// </summary>
    private static void BeginAtZero()
    {
        Metrics.CreateGauge("microsoft_orleans_orleans_scheduler_long_running_turns", "(Counter`1)").Set(0);
        foreach (var name in (string[])["rejected", "sent_dropped", "sent_failed"])
        {
            var messages = Metrics.CreateGauge($"microsoft_orleans_orleans_messaging_{name}", "(Counter`1)", "direction");
            foreach (var direction in (string[])["Request", "Response", "OneWay"])
            {
                messages.WithLabels(direction).Set(0);
            }
        }
    }
}
