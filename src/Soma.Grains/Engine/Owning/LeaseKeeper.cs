namespace Soma.Grains.Engine.Owning;

/// <summary>Renews the leases of all namespaces in use on this silo with one query at a time.</summary>
/// <remarks>
/// A caller that needs a renewal starts the next round, or joins it. A round asks the store for the epochs of all namespaces
/// that were read since the round before. It writes what it found into each namespace's <see cref="LeaseCell"/>, and the
/// owner reads that on its own turn. A caller never joins a round that was already sent, because what that round finds may
/// be older than the caller's question.
/// </remarks>
public sealed class LeaseKeeper(ICanonicalStore store, TimeProvider clock, OwningInstruments instruments)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<LeaseCell, byte> _cells = [];
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>Adds a namespace to the rounds.</summary>
    public LeaseCell Register(long namespaceId)
    {
        var cell = new LeaseCell(namespaceId);
        _cells[cell] = 0;
        return cell;
    }

    public void Unregister(LeaseCell cell) => _cells.TryRemove(cell, out _);

    /// <summary>Waits for a round that is sent after this call.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task CheckAsync(LeaseCell cell, CancellationToken cancellationToken)
    {
        cell.IsInUse = true;
        Task round;
        lock (_lock)
        {
            round = _next ??= RunNextAsync(_running);
        }

        await round.WaitAsync(cancellationToken);
    }

    private async Task RunNextAsync(Task previous)
    {
        // This always continues on another stack. If it went on at once, it would clear `_next` before its caller has set it.
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        LeaseCell[] cells;
        lock (_lock)
        {
            _running = _next!;
            _next = null;
            cells = [.. _cells.Keys.Where(cell => cell.IsInUse)];
        }

        foreach (var cell in cells)
        {
            cell.IsInUse = false;
        }

        await AskAsync(cells).ConfigureAwait(false);
    }

    private async Task AskAsync(LeaseCell[] cells)
    {
        var sent = LeaseStamp.Now(clock);
        try
        {
            var epochs = await store.ReadEpochsAsync([.. cells.Select(cell => cell.NamespaceId)], CancellationToken.None)
                .ConfigureAwait(false);
            foreach (var cell in cells)
            {
                cell.Latest = new LeaseCheck(sent, epochs.TryGetValue(cell.NamespaceId, out var found) ? found : null);
            }

            instruments.OnLeaseChecked();
        }
        catch (Exception e)
        {
            instruments.OnLeaseCheckFailed();
            if (e is SomaException)
            {
                throw;
            }

            throw new StoreUnavailableException("The canonical store did not answer a lease check.", e);
        }
    }
}

/// <summary>What the lease rounds found for one namespace. Rounds write it on any thread, and the owner reads it on its turn.</summary>
public sealed class LeaseCell(long namespaceId)
{
    /// <summary>The newest finding; null: there was no round yet.</summary>
    internal volatile LeaseCheck? Latest;

    /// <summary>Whether the namespace was read since the last round.</summary>
    internal volatile bool IsInUse;

    public long NamespaceId => namespaceId;
}

/// <summary>What a lease check found in the namespace's row (null: no row), and when it was asked.</summary>
public sealed record LeaseCheck(LeaseStamp Sent, NamespaceEpoch? Found);
