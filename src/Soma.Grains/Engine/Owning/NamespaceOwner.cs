using System.Diagnostics;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Owning;

/// <summary>Takes a namespace, keeps its lease, gives it back. All methods run on the grain's turn.</summary>
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

    /// <summary>The lease of the epoch that is held.</summary>
    public Lease Lease { get; } = new(services.Clock, services.Options.ReadLease, services.Store.IsExclusive);

    /// <summary>Null: not taken, or there is no such namespace yet.</summary>
    public Ownership? Current { get; private set; }

    /// <summary>Another activation took the namespace, or this one stopped: nothing may be answered.</summary>
    public bool IsReplaced { get; private set; }

    /// <summary>What the activation had taken before the engine was asked for anything; counted with the taking.</summary>
    public TimeSpan ActivationTime { get; set; }

    /// <summary>Called once when another activation turns out to own the namespace, whoever noticed.</summary>
    public Action OnReplaced { get; set; } = static () => { };

    /// <summary>
    /// While this owner finds out what became of a commit it advances the epoch itself, and a check may see that before its
    /// own answer is here. A larger epoch then proves nothing; whether there is a successor comes out of the resolution.
    /// </summary>
    public bool IsResolving { get; set; }

    /// <summary>The clock, but never before the newest commit: time does not run backwards for readers.</summary>
    public Instant Now()
    {
        var now = Instant.From(_clock.GetUtcNow());
        return Current is { } owned && owned.LastAt > now ? owned.LastAt : now;
    }

    /// <summary>Owns the namespace and may read it now; null: there is no such namespace, which the store just said.</summary>
    public async Task<Ownership?> EnsureReadableAsync(CancellationToken cancellationToken)
    {
        var owned = Current ?? await TakeAsync(create: false, cancellationToken);
        if (owned is null)
        {
            return null;
        }

        PickUpRenewal();
        ThrowIfReplaced();
        // An answer that took longer than the lease lasts renewed nothing: ask again, for as long as the caller waits.
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

    /// <summary>Owns the namespace, whose row is made if there is none.</summary>
    public async Task<Ownership> EnsureOwnedAsync(CancellationToken cancellationToken)
    {
        ThrowIfReplaced();
        var owned = Current ?? await TakeAsync(create: true, cancellationToken);
        return owned ?? throw new StoreUnavailableException($"The row of namespace {key} vanished while it was made.");
    }

    /// <summary>The fence refused this owner, or a check found another's epoch.</summary>
    public void MarkReplaced()
    {
        var isNew = !IsReplaced;
        StopAnswering();
        if (isNew)
        {
            OnReplaced();
        }
    }

    /// <summary>Stops answering, then lets go, so that a successor waits for nothing.</summary>
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
            // It finds that the owner was closed meanwhile, and lets go of what it took.
            await taking.WaitAsync(cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Current);
        }
    }

    private async Task<Ownership?> TakeAsync(bool create, CancellationToken cancellationToken)
    {
        ThrowIfReplaced();
        while (true)
        {
            // A read that takes nothing makes no row: a writer that joined it must ask again for itself.
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
    /// Lets go of an epoch that was just taken. Either the owner was closed while it took it. Or the namespace came whole, with
    /// settings of its own, since this activation found none: it was restored or imported. What the activation was given when it
    /// began may not fit, so it makes way for one that reads all of it. Only after the predecessor's lease: a successor of an
    /// owner that let go waits for nothing.
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
            // A failure shows when the lease has run out and a reader has to wait for a renewal of its own.
            _renewing.ContinueWith(
                static renewal => renewal.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    // Where the lease is endless nothing else would tell this owner what a sweep made of its counters while it only reads.
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

        if (check.Found is { } found && found.Epoch == owned.Epoch)
        {
            Lease.Extend(check.Sent);
            owned.Recount(found);
        }
        else if ((check.Found is null || check.Found.Value.Epoch > owned.Epoch) && !IsResolving)
        {
            // A smaller epoch is an old finding, from before this owner advanced its own after an unknown outcome.
            _instruments.OnRefused(FenceRefusal.LeaseCheck);
            MarkReplaced();
        }
    }

    private void StopAnswering()
    {
        IsReplaced = true;
        Lease.End();
        Forget();
    }

    private void ThrowIfReplaced()
    {
        if (IsReplaced)
        {
            throw new ReplacedException("This activation no longer owns the namespace.");
        }
    }

    private void Forget()
    {
        if (_cell is not null)
        {
            _keeper.Unregister(_cell);
            _cell = null;
        }
    }
}
