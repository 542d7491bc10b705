using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Prometheus;

namespace Soma.Hosting;

/// <summary>Publishes the meters of Soma, Orleans, .NET and Kestrel on <c>/metrics</c>.</summary>
/// <remarks>
/// <para>Soma's own meters have an exporter of their own, <see cref="MeterExporter"/>. The others go through the adapter of
/// prometheus-net.</para>
/// <para>The adapter that prometheus-net starts by default begins to listen at the first scrape and drops a series that
/// has not changed for five minutes. A counter of connections that were opened before the first scrape would then be
/// too low for ever, and an alert on a quiet series would find no series. So this class starts the adapter together
/// with the process and keeps idle series for a day.</para>
/// <para>The adapter publishes .NET counters as gauges. The PromQL functions <c>rate()</c> and <c>increase()</c> work
/// on them all the same.</para>
/// </remarks>
public static class ProcessMetrics
{
    // The adapter accepts no longer time.
    private static readonly TimeSpan KeepIdle = TimeSpan.FromDays(1);

    // Two meters are left out. HTTP requests: the gateway counts them itself, by route. Npgsql: its labels are
    // connection strings, which would show hosts, users and databases on a page that needs no token.
    private static readonly HashSet<string> Meters = ["Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    // These meters are labelled with the addresses of silos. Each start of a silo would add new series that never end.
    private static readonly HashSet<string> LabelledBySilo =
    [
        "orleans-messaging-pings-sent", "orleans-messaging-pings-received", "orleans-messaging-pings-reply-received",
        "orleans-messaging-pings-reply-missed", "orleans-messaging-sent-messages-size", "orleans-messaging-received-messages-size",
    ];

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];
    private static readonly double[] Milliseconds = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

    private static int _isConfigured;

    /// <summary>Call this for each host of a process, before it is built.</summary>
    public static WebApplicationBuilder AddSomaMetrics(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(Metrics.DefaultRegistry);
        builder.Services.AddHostedService<MeterExporter>();
        if (Interlocked.Exchange(ref _isConfigured, 1) == 0)
        {
            ListenToProcess();
        }

        return builder;
    }

    private static void ListenToProcess()
    {
        // The meters of .NET report the same values as its event counters, so the event counters are turned off.
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

    // Orleans measures in milliseconds, even where the instrument names no unit. .NET and Kestrel measure in seconds.
    private static double[] BucketsOf(Instrument instrument) => instrument.Unit == "s" ? Seconds : Milliseconds;

    /// <summary>
    /// Runs one measurement through the adapter now, so that its code is compiled before the silo starts. Otherwise the
    /// first measurement compiles it on a grain turn and delays that turn.
    /// </summary>
    private static void WarmUp()
    {
        using var meter = new Meter("Microsoft.Orleans");
        // A silo increments this counter all the time, so adding 0 to it leaves no trace.
        meter.CreateCounter<int>("orleans-watchdog-health-checks").Add(0);
    }

    /// <summary>
    /// Creates at 0 the counters that alerts watch. The adapter otherwise creates a counter at its first event, and
    /// <c>increase()</c> cannot see the step from "no series" to 1.
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
