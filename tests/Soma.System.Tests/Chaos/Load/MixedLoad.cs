using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>All clients of a run.</summary>
internal sealed class MixedLoad : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly LoadOptions _options;
    private readonly ChaosClient[] _clients;
    private readonly ChaosWorker[] _workers;
    private readonly Task _running;

    /// <summary>Starts the clients at once.</summary>
    public MixedLoad(LoadOptions options, IReadOnlyList<Uri> gateways)
    {
        _options = options;
        var knowledge = new Knowledge();
        _clients = [.. Enumerable.Range(0, options.Workers).Select(worker => new ChaosClient(gateways, options.Token, worker))];
        _workers = [.. _clients.Select((client, worker) =>
            new ChaosWorker(options, client, knowledge, History, new Random(options.Seed + worker), $"w{worker}"))];
        _running = Task.WhenAll(_workers.Select(worker => Task.Run(() => worker.RunAsync(_stopping.Token))));
    }

    public History History { get; } = new();

    /// <summary>
    /// Lets every client finish the operation in flight, then reads all namespaces through all gateways.
    /// </summary>
    public async Task FinishAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        foreach (var soleNamespace in _options.Namespaces)
        {
            await Task.WhenAll(_workers.Select(worker => worker.ListAsync(soleNamespace)));
        }
    }

    /// <summary>Throws if a client failed. Otherwise the failure would be noticed only at the end of the run.</summary>
    public void ThrowIfBroken()
    {
        if (_running.IsFaulted)
        {
            _running.GetAwaiter().GetResult();
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _stopping.Dispose();
    }
}
