using System.Diagnostics;

namespace Soma.Grains.Engine.Owning;

/// <summary>Takes a namespace, keeps its lease, and releases it. All methods run on the grain's turn.</summary>
public sealed class NamespaceOwner(NamespaceKey key, EngineServices services)
{
    // A successor waits a little longer than the predecessor's lease: clocks may run at slightly different rates.
    private const double WaitFactor = 1.05;

    private readonly ICanonicalStore _store = services.Store;
    private readonly LeaseKeeper _keeper = services.Leases;
    private readonly TimeProvider _clock = services.Clock;
    private readonly OwningInstruments _instruments = services.Instruments.Owning;
    private Task<Ownership?>? _taking;
    private LeaseCell? _cell;
    private Task? _renewing;
    private bool _wasAbsent;
    private long _takenAt;
    private long _certainAt;
    private volatile bool _isReplaced;

    /// <summary>The lease of the epoch that is held.</summary>
    public Lease Lease { get; } = new(services.Clock, services.Options.ReadLease, services.Store.IsExclusive);

    /// <summary>What is known of the namespace's row; null: it was not taken yet, or it does not exist.</summary>
    public Ownership? Current { get; private set; }

    /// <summary>Whether another activation took the namespace, or this one stopped. Nothing may be answered then.</summary>
    public bool IsReplaced => _isReplaced;

    /// <summary>
    /// Whether a get may be answered off the turn with what was read before this was asked. Safe on any thread. While the lease
    /// is aging, gets take a turn, because a turn renews it.
    /// </summary>
    public bool MayAnswerDirectly => !_isReplaced && Lease.IsValid && !Lease.IsAging;

    /// <summary>How long the activation took before the engine got its first request. <c>soma_activation_seconds</c> includes it.</summary>
    public TimeSpan ActivationTime { get; set; }

    /// <summary>Called once when another activation turns out to own the namespace, whoever noticed.</summary>
    public Action OnReplaced { get; set; } = static () => { };

    /// <summary>
    /// Whether this owner is finding out what became of a commit. It then raises the epoch itself, and a lease check may see
    /// the larger epoch before this owner has its own answer. So a larger epoch does not prove then that there is a successor.
    /// </summary>
    public bool IsResolving { get; set; }

    /// <summary>The clock's time, but never before the newest commit, so that time does not run backwards for readers.</summary>
    public Instant Now()
    {
        var now = Instant.From(_clock.GetUtcNow());
        return Current is { } owned && owned.LastAt > now ? owned.LastAt : now;
    }

    /// <summary>Makes sure that this owner may read the namespace now; null: the store just said that there is no such namespace.</summary>
    public async Task<Ownership?> EnsureReadableAsync(CancellationToken cancellationToken)
    {
        var owned = Current ?? await TakeAsync(create: false, cancellationToken);
        if (owned is null)
        {
            return null;
        }

        PickUpRenewal();
        ThrowIfReplaced();
        // A check that took longer than the lease lasts has renewed nothing, so it is repeated for as long as the caller waits.
        while (!Lease.IsValid)
        {
            await _keeper.CheckAsync(_cell!, cancellationToken);
            PickUpRenewal();
            ThrowIfReplaced();
        }

        if (Lease.IsAging || IsCountAging)
        {
            RenewBehind();
        }

        return owned;
    }

    /// <summary>Makes sure that this owner has the namespace, and creates its row if there is none.</summary>
    public async Task<Ownership> EnsureOwnedAsync(CancellationToken cancellationToken)
    {
        ThrowIfReplaced();
        return Current ?? await TakeAsync(create: true, cancellationToken)
            ?? throw new StoreUnavailableException($"The row of namespace {key} vanished while it was made.");
    }

    /// <summary>Call this when <see cref="Current"/> is what the store has answered. If a later check finds less, the store has lost writes.</summary>
    public void MarkCertain() => _certainAt = _clock.GetTimestamp();

    /// <summary>Call this when the fence refused this owner, or a check found the epoch of another one.</summary>
    public void MarkReplaced()
    {
        var isNew = !IsReplaced;
        StopAnswering();
        if (isNew)
        {
            OnReplaced();
        }
    }

    /// <summary>Stops answering, and then releases the namespace, so that a successor need not wait for the lease.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var owned = IsReplaced ? null : Current;
        StopAnswering();
        if (owned is not null)
        {
            await _store.ReleaseAsync(owned.Id, owned.Epoch, cancellationToken);
        }
        else if (_taking is { } taking)
        {
            // The taking under way finds that this owner was closed, and releases what it took.
            await taking.WaitAsync(cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Current);
        }
    }

    /// <summary>
    /// Deletes the namespace whole, if it still has this id, and returns once no earlier owner answers from its rows any more. This owner
    /// stops answering; the next activation finds no namespace.
    /// </summary>
    /// <returns>False: the namespace was gone already, or its name is another namespace's.</returns>
    public async Task<bool> RemoveAsync(long id, string serviceId, CancellationToken cancellationToken)
    {
        RemovedNamespace? removed;
        try
        {
            removed = await services.Namespaces.RemoveAsync(new NamespaceRemoval(id, key, serviceId), cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            throw new OutcomeUnknownException("The store did not say whether the namespace was deleted.");
        }

        var wasOwner = !IsReplaced && Current is { } owned && owned.Id == id && owned.Epoch == removed?.Epoch;
        MarkReplaced();
        if (removed is { Lease.Ticks: > 0 } && !wasOwner && !_store.IsExclusive)
        {
            await WaitForLeaseAsync(removed.Lease, activity: null);
        }

        return removed is not null;
    }

    private async Task<Ownership?> TakeAsync(bool create, CancellationToken cancellationToken)
    {
        ThrowIfReplaced();
        while (true)
        {
            // A taking for a read creates no row. A writer that joined it, and got nothing, must try again by itself.
            var joined = _taking is not null;
            var owned = await (_taking ??= TakeOnceAsync(create)).WaitAsync(cancellationToken);
            ThrowIfReplaced();
            if (owned is not null || !create || !joined)
            {
                return owned;
            }
        }
    }

    private async Task<Ownership?> TakeOnceAsync(bool create)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.TakeEpoch);
        try
        {
            await Task.Yield();
            var started = _clock.GetTimestamp();
            if (create)
            {
                await _store.CreateNamespaceAsync(key, CancellationToken.None);
            }

            var sent = Lease.Stamp();
            var taken = await _store.TakeEpochAsync(key, services.Options.ReadLease, CancellationToken.None);
            if (taken is null)
            {
                _wasAbsent = true;
                return null;
            }

            if (!_store.IsExclusive && !taken.PredecessorReleased)
            {
                await WaitForLeaseAsync(taken.PredecessorLease, activity);
            }

            if (IsReplaced || (_wasAbsent && taken.HeadSeq > 0))
            {
                await StepAsideAsync(taken);
            }

            Lease.Extend(sent);
            _takenAt = sent.Monotonic;
            _cell = _keeper.Register(taken.Id);
            _instruments.OnTaken(ActivationTime + _clock.GetElapsedTime(started));
            MarkCertain();
            return Current = new Ownership(taken);
        }
        catch (Exception e) when (SomaActivities.Mark(activity, e))
        {
            throw;
        }
        finally
        {
            _taking = null;
        }
    }

    /// <summary>
    /// Releases an epoch that was just taken, for one of two reasons. Either this owner was closed meanwhile. Or this activation
    /// found no namespace earlier and finds one with memories now: it was restored or imported, perhaps with other settings than
    /// this activation read at its start. So it makes way for one that reads them. This must not happen before the predecessor's
    /// lease is over, because the successor of an owner that released the namespace does not wait.
    /// </summary>
    /// <exception cref="ReplacedException">Always.</exception>
    private async Task StepAsideAsync(TakenNamespace taken)
    {
        await _store.ReleaseAsync(taken.Id, taken.Epoch, CancellationToken.None);
        MarkReplaced();
        ThrowIfReplaced();
    }

    private async Task WaitForLeaseAsync(TimeSpan lease, Activity? activity)
    {
        activity?.AddEvent(new ActivityEvent("waiting for the predecessor's lease"));
        _instruments.OnLeaseWait();
        var started = _clock.GetTimestamp();
        await Task.Delay(lease * WaitFactor, _clock);
        _instruments.OnLeaseWaited(_clock.GetElapsedTime(started));
    }

    private void RenewBehind()
    {
        if (_renewing is null or { IsCompleted: true })
        {
            _renewing = _keeper.CheckAsync(_cell!, CancellationToken.None);
            // A failure needs no handling: when the lease has run out, a reader waits for a renewal of its own and gets the exception.
            _renewing.ContinueWith(
                static renewal => renewal.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    // On SQLite the lease is endless, so no renewal tells an owner that only reads how many memories a sweep removed. So the
    // row is read again from time to time.
    private bool IsCountAging => _store.IsExclusive && _clock.GetElapsedTime(_cell?.Latest?.Sent.Monotonic ?? _takenAt) > services.Options.Sweep.Interval;

    private void PickUpRenewal()
    {
        if (_cell is null)
        {
            return;
        }

        _cell.IsInUse = true;
        if (_cell.Latest is not { } check || Current is not { } owned)
        {
            return;
        }

        if (check.Found is { } behind && check.Sent.Monotonic > _certainAt && owned.IsAheadOf(behind))
        {
            services.Lost.Report([new LostStretch(key, owned.HeadSeq, StoredSeq: -1)]);
            MarkReplaced();
        }
        else if (check.Found is { } found && found.Epoch == owned.Epoch)
        {
            Lease.Extend(check.Sent);
            owned.Recount(found);
        }
        else if ((check.Found is null || check.Found.Value.Epoch > owned.Epoch) && !IsResolving)
        {
            // There is no row, or another owner's epoch. A smaller epoch was read before this owner raised its own, so it proves nothing.
            _instruments.OnRefused(FenceRefusal.LeaseCheck);
            MarkReplaced();
        }
    }

    private void StopAnswering()
    {
        _isReplaced = true;
        Lease.End();
        if (_cell is not null)
        {
            _keeper.Unregister(_cell);
            _cell = null;
        }
    }

    private void ThrowIfReplaced()
    {
        if (IsReplaced)
        {
            throw new ReplacedException("This activation no longer owns the namespace.");
        }
    }
}
