using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Soma.Hosting.Tls;

/// <summary>Looks every few seconds whether certificate files were replaced.</summary>
internal sealed class CertificateRenewal(IEnumerable<IRenewedFiles> files, ILogger<CertificateRenewal> logger, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var renewed in files)
            {
                renewed.Renew(logger);
            }
        }
    }
}

/// <summary>Registers certificate files that are read again when they are replaced.</summary>
public static class RenewalExtensions
{
    public static IServiceCollection AddRenewedFiles(this IServiceCollection services, params IEnumerable<IRenewedFiles?> files)
    {
        services.TryAddSingleton(TimeProvider.System);
        foreach (var renewed in files.OfType<IRenewedFiles>())
        {
            services.AddSingleton(renewed);
            services.AddHostedService<CertificateRenewal>();
        }

        return services;
    }
}
