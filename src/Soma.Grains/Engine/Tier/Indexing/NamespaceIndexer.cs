using Soma.Grains.Engine.Embedding;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Follows one namespace's log into the vector tier, in order, at least once. Used by one caller at a time.</summary>
/// <remarks>
/// <para><b>Passes.</b> The <i>log pass</i> reads which coordinates changed and writes what they hold now, so that a page may
/// be written twice, or late, and is right each time. The <i>refining pass</i> follows behind it, up to where vectors are
/// final. The <i>check</i> reads back what suspects hold, and writes those that differ.</para>
/// <para><b>Late requests.</b> A request that got no answer may be applied at any later moment and put back what was
/// overwritten since. From then on the page it belonged to is suspect: the cursor stays before it until the settle time is
/// over and all that changed since has been checked. A start is such a case too, since the predecessor may have died while
/// it was writing. A request later than that, of a process that was frozen for long, is found by <see cref="IndexVerifier"/>;
/// until then a search misses the memory, but is never given its old version.</para>
/// <para><b>A tier that lost its data.</b> The mark beside the points says how far they reach. It is read before it is
/// written: where it is not what was written last, the indexer starts over from what it says, without one from zero.</para>
/// <para><b>Crash points.</b> Points, mark, cursor are written in that order: whoever starts takes the smaller of mark and
/// cursor, and writes again what lies beyond.</para>
/// </remarks>
public sealed class NamespaceIndexer
{
    private readonly long _namespaceId;
    private readonly EmbeddingSpace _space;
    private readonly IndexerParts _parts;
    private readonly PageWriter _writer;
    private readonly IndexVerifier _verifier;

    private bool _isLoaded;
    private long _verifiedAt;
    private IndexCursor _position;
    private Suspicion? _suspicion;
    private int _turn;

    /// <param name="namespaceId">The namespace.</param>
    /// <param name="space">Where its vectors go.</param>
    /// <param name="parts">What it works with.</param>
    public NamespaceIndexer(long namespaceId, EmbeddingSpace space, IndexerParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        (_namespaceId, _space, _parts) = (namespaceId, space, parts);
        _writer = new PageWriter(namespaceId, space, parts);
        _verifier = new IndexVerifier(namespaceId, space, parts, _writer);
        _verifiedAt = parts.Clock.GetTimestamp();
    }

    /// <summary>How far the index is known to reach: what a search adds itself begins after it.</summary>
    public IndexCursor Saved { get; private set; }

    /// <summary>Points that the tier refused for good.</summary>
    public long Refused { get; private set; }

    /// <summary>When something will be looked at again, from now; null: nothing will.</summary>
    public TimeSpan? SettlesIn => _suspicion is { } suspicion
        ? TimeSpan.FromSeconds(Math.Max(0, (suspicion.SettledAt - _parts.Clock.GetTimestamp()) / (double)_parts.Clock.TimestampFrequency))
        : null;

    /// <summary>Does the next piece of work. After any exception it may be called again, best after a while.</summary>
    /// <exception cref="VectorTierUnavailableException">The tier is away.</exception>
    public async Task<IndexerState> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_isLoaded)
            {
                return await LoadAsync(cancellationToken);
            }

            // In turns: a log that never rests must keep neither better vectors nor checks waiting for ever.
            _turn = (_turn + 1) % 3;
            var due = SettlesIn == TimeSpan.Zero ? _suspicion : null;
            return (_turn == 1 && due is not null ? (IndexerState?)await CheckAsync(due, cancellationToken) : null)
                ?? (_turn == 2 ? await FollowRefiningAsync(cancellationToken) : null)
                ?? await FollowLogAsync(cancellationToken)
                ?? await FollowRefiningAsync(cancellationToken)
                ?? (_suspicion is null ? await LookAtMarkAsync(cancellationToken)
                    : due is not null ? await CheckAsync(due, cancellationToken)
                    : IndexerState.Settling);
        }
        catch (VectorSpaceMissingException)
        {
            _isLoaded = false;
            return IndexerState.Working;
        }
    }

    private async Task<IndexerState> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await _parts.Cursors.ReadAsync(_namespaceId, _space.Name, cancellationToken);
        await _parts.Index.EnsureAsync(_space, cancellationToken);
        var mark = await _parts.Index.ReadMarkAsync(_space, _namespaceId, cancellationToken);
        var start = stored is { } cursor && mark is { } reach ? IndexCursor.Min(cursor, reach) : IndexCursor.Zero;
        if (stored != start && !await _parts.Cursors.MoveAsync(_namespaceId, _space.Name, stored, start, cancellationToken))
        {
            return IndexerState.Replaced;
        }

        Saved = start;
        if (start == IndexCursor.Zero)
        {
            // What lies there now came from another life of the namespace.
            await _parts.Index.DeleteNamespaceAsync(_space, _namespaceId, cancellationToken);
        }

        await _parts.Index.WriteMarkAsync(_space, _namespaceId, start, cancellationToken);
        _position = start;

        // The predecessor's refining pass was further back. But what it sent was right when it was sent, and whatever has made
        // it wrong since lies in the log, beyond the cursor.
        Suspect(start.LogSeq, start);
        _isLoaded = true;
        return IndexerState.Working;
    }

    private async Task<IndexerState?> FollowLogAsync(CancellationToken cancellationToken)
    {
        var from = _position;
        var refined = await _parts.Vectors.ReadRefinedSeqAsync(_namespaceId, _space, cancellationToken);
        var page = await ReadAsync(from.LogSeq, long.MaxValue, cancellationToken);
        if (page.Through == from.LogSeq)
        {
            return null;
        }

        await WriteAsync(page, from.LogSeq, onlyDifferent: false, cancellationToken);

        // Vectors that were final when they were read need no second visit.
        var isFinal = from.RefinedSeq == from.LogSeq && page.Through <= refined;
        _position = new IndexCursor(page.Through, isFinal ? page.Through : from.RefinedSeq);
        return await SaveAsync(cancellationToken);
    }

    private async Task<IndexerState?> FollowRefiningAsync(CancellationToken cancellationToken)
    {
        var refined = Math.Min(_position.LogSeq, await _parts.Vectors.ReadRefinedSeqAsync(_namespaceId, _space, cancellationToken));
        if (refined <= _position.RefinedSeq)
        {
            return null;
        }

        var page = await ReadAsync(_position.RefinedSeq, refined, cancellationToken);
        await WriteAsync(page, _position.RefinedSeq, onlyDifferent: true, cancellationToken);
        _position = _position with { RefinedSeq = page.Through > _position.RefinedSeq ? page.Through : refined };
        return await SaveAsync(cancellationToken);
    }

    private async Task<IndexerState> CheckAsync(Suspicion suspicion, CancellationToken cancellationToken)
    {
        // What is written from here on is not suspect, and the log may grow faster than it is checked.
        var through = suspicion.Through ?? _position.LogSeq;
        var reached = through;
        if (suspicion.CheckFrom < through)
        {
            var page = await ReadAsync(suspicion.CheckFrom, through, cancellationToken);
            await WriteAsync(page, suspicion.CheckFrom, onlyDifferent: true, cancellationToken);
            reached = page.Through > suspicion.CheckFrom ? page.Through : through;
        }

        if (ReferenceEquals(_suspicion, suspicion))
        {
            _suspicion = reached >= through ? null : suspicion.CheckedTo(reached, through, _position);
        }

        return await SaveAsync(cancellationToken);
    }

    // Without anything to do: a tier that lost its data must not go on answering as if it had it.
    private async Task<IndexerState> LookAtMarkAsync(CancellationToken cancellationToken)
    {
        _isLoaded = await _parts.Index.ReadMarkAsync(_space, _namespaceId, cancellationToken) == Saved;
        if (!_isLoaded)
        {
            return IndexerState.Working;
        }

        // A page each time that there is nothing else to do, so that a pass over a large index never keeps writes waiting.
        if (_parts.Clock.GetElapsedTime(_verifiedAt) >= _parts.Options.VerifyInterval && await _verifier.StepAsync(Saved.LogSeq, cancellationToken))
        {
            _verifiedAt = _parts.Clock.GetTimestamp();
        }

        return IndexerState.CaughtUp;
    }

    private Task<ChangePage> ReadAsync(long after, long through, CancellationToken cancellationToken) =>
        _parts.Changes.ReadChangesAsync(_namespaceId, after, through, _parts.Options.PageSize, cancellationToken);

    private async Task WriteAsync(ChangePage page, long from, bool onlyDifferent, CancellationToken cancellationToken)
    {
        var isSettled = false;
        try
        {
            var result = await _writer.WriteAsync(page.Coordinates, page.Rows, onlyDifferent, cancellationToken);
            Refused += result.Refused;
            isSettled = result.Write.IsSettled;
        }
        finally
        {
            // Also when it threw, cancellation included: some of it may have been sent.
            if (!isSettled)
            {
                Suspect(from, _position);
            }
        }
    }

    private void Suspect(long from, IndexCursor hold)
    {
        var settle = (long)(_parts.Options.SettleTime.TotalSeconds * _parts.Clock.TimestampFrequency);
        _suspicion = Suspicion.Join(_suspicion, new Suspicion(from, hold, _parts.Clock.GetTimestamp() + settle, Through: null));
    }

    private async Task<IndexerState> SaveAsync(CancellationToken cancellationToken)
    {
        var next = _suspicion is { } suspicion ? IndexCursor.Min(_position, suspicion.Hold) : _position;
        if (next == Saved)
        {
            return IndexerState.Working;
        }

        if (await _parts.Index.ReadMarkAsync(_space, _namespaceId, cancellationToken) != Saved)
        {
            _isLoaded = false;
            return IndexerState.Working;
        }

        // A mark that comes late says less than is true (after a start from zero: more), and is found by the next save. Hence
        // searches take the smaller of mark and cursor.
        await _parts.Index.WriteMarkAsync(_space, _namespaceId, next, cancellationToken);
        if (!await _parts.Cursors.MoveAsync(_namespaceId, _space.Name, Saved, next, cancellationToken))
        {
            _isLoaded = false;
            return IndexerState.Replaced;
        }

        Saved = next;
        return IndexerState.Working;
    }
}
