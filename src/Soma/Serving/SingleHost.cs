using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Hosting;

namespace Soma.Serving;

/// <summary>Keeps the database to this one process for as long as it lives.</summary>
internal sealed class SingleHost(string postgresUrl) : IAsyncDisposable
{
    private PostgresSingleHostGuard? _guard;

    /// <exception cref="StartupException">Nobody answers there, or another process without a cluster serves the database.</exception>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            _guard = await PostgresSingleHostGuard.TryAcquireAsync(postgresUrl, cancellationToken)
                ?? throw new StartupException(ExitCode.DataInUse, "another soma process serves the database of SOMA_POSTGRES_URL; stop it first.");
        }
        // The guard is the first to talk to the database, and looks at no schema: all it can find is that nobody answers.
        catch (SchemaException failure)
        {
            throw new StartupException(ExitCode.DatabaseUnreachable, failure.Message, failure);
        }
    }

    public ValueTask DisposeAsync() => _guard?.DisposeAsync() ?? ValueTask.CompletedTask;
}
