using Soma.Grains.Storage.Postgres;

namespace Soma.Serving;

/// <summary>Keeps the database to this one process for as long as it lives.</summary>
internal sealed class SingleHost(string postgresUrl) : IAsyncDisposable
{
    private PostgresSingleHostGuard? _guard;

    /// <exception cref="StartupException">Another process without a cluster serves the database.</exception>
    public async Task AcquireAsync(CancellationToken cancellationToken) =>
        _guard = await PostgresSingleHostGuard.TryAcquireAsync(postgresUrl, cancellationToken)
            ?? throw new StartupException(ExitCode.DataInUse, "another soma process serves this database; stop it first.");

    public async ValueTask DisposeAsync()
    {
        if (_guard is { } guard)
        {
            await guard.DisposeAsync();
        }
    }
}
