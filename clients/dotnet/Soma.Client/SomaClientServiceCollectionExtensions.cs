using Microsoft.Extensions.Configuration;
using Soma.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client of Soma.</summary>
public static class SomaClientServiceCollectionExtensions
{
    /// <summary>Registers one <see cref="SomaClient"/> for the process. Each user's namespace is reached by <see cref="SomaClient.Within"/>.</summary>
    public static IServiceCollection AddSomaClient(this IServiceCollection services, Action<SomaClientOptions>? configure = null) =>
        services.AddSingleton(_ => New(null, configure));

    /// <summary>
    /// As the other, for the service that the connection string <paramref name="connectionName"/> of the configuration names, such as the one that
    /// the Aspire host passes on. <paramref name="configure"/> comes after it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The configuration has no such connection string; thrown when the client is first asked for.</exception>
    public static IServiceCollection AddSomaClient(this IServiceCollection services, string connectionName, Action<SomaClientOptions>? configure = null) =>
        services.AddSingleton(provider => New(
            provider.GetRequiredService<IConfiguration>().GetConnectionString(connectionName)
            ?? throw new InvalidOperationException($"There is no connection string '{connectionName}'."),
            configure));

    private static SomaClient New(string? connectionString, Action<SomaClientOptions>? configure)
    {
        var options = connectionString is null ? new SomaClientOptions() : SomaClientOptions.FromConnectionString(connectionString);
        configure?.Invoke(options);
        return new SomaClient(options);
    }
}
