using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Copies the changes of one namespace's log to the vector tier, in order, each at least once. Only one caller may use
/// it at a time.
/// </summary>
/// <remarks>
/// <para><b>Passes.</b> The <i>log pass</i> reads which coordinates changed and writes their current rows. A page may
/// therefore be written twice, or late, and is correct each time. The <i>refining pass</i> follows behind the log pass,
/// up to the seq at which vectors are final. The <i>check</i> reads suspect points back and rewrites those that differ
/// from their rows.</para>
/// <para><b>Late requests.</b> A request that got no answer may be applied at any later moment, and may then replace a
/// newer point by an old one. So the page of such a request becomes suspect: the cursor stays before that page until
/// the settle time is over and everything that changed since has been checked. A start begins with a suspicion too,
/// because the predecessor may have died while it was writing. If a request is applied even later, e.g. by a process
/// that was frozen for long, a search misses the memory until the point is rewritten, but the search never returns the
/// old version.</para>
/// <para><b>A tier that lost its data.</b> The mark beside the points says how far they reach. The indexer reads the
/// mark before it writes a new one. If the mark is not the one written last, the indexer starts again from the mark, or
/// from zero if there is none.</para>
/// <para><b>Crash points.</b> Points, mark and cursor are written in this order. A new indexer starts from the smaller
/// of mark and cursor, and writes everything after it again.</para>
/// </remarks>
public sealed class NamespaceIndexer
{
    // Raised when the same memory would get other words or filter fields in its point. The cursors of earlier forms are then not
    // found, so every namespace is indexed again from zero.
    private const int Form = 3;

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

    /// <param name="namespaceId">The id of the namespace.</param>
    /// <param name="space">The space to which its vectors are written.</param>
    /// <param name="parts">The services it uses.</param>
    public NamespaceIndexer(long namespaceId, EmbeddingSpace space, IndexerParts parts)
    {
        (_namespaceId, _space, _parts) = (namespaceId, space, parts);
        _writer = new PageWriter(namespaceId, space, parts);
        _verifier = new IndexVerifier(namespaceId, space, parts, _writer);
        _verifiedAt = parts.Clock.GetTimestamp();
    }

    /// <summary>How far the index is known to reach. A search must add the changes after this cursor itself.</summary>
    public IndexCursor Saved { get; private set; }

    /// <summary>How many points the tier refused. A retry would fail again, so they are left out.</summary>
    public long Refused { get; private set; }

    /// <summary>How long until suspect points are checked again; null: there are none.</summary>
    public TimeSpan? SettlesIn => _suspicion is { } suspicion
        ? TimeSpan.FromSeconds(Math.Max(0, (suspicion.SettledAt - _parts.Clock.GetTimestamp()) / (double)_parts.Clock.TimestampFrequency))
        : null;

    /// <summary>The name under which the cursor of a space is stored.</summary>
    public static string CursorOf(string space) => $"{space}~{Form}";

    /// <summary>Does the next piece of work. After an exception it may be called again, best after a delay.</summary>
    /// <exception cref="VectorTierUnavailableException">The tier is down.</exception>
    public async Task<IndexerState> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_isLoaded)
            {
                return await LoadAsync(cancellationToken);
            }

            // The three kinds of work take turns. Otherwise a log that is written all the time would delay refined
            // vectors and checks for ever.
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

    private string Cursor => _parts.Cursor ?? CursorOf(_space.Name);

    private async Task<IndexerState> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await _parts.Cursors.ReadAsync(_namespaceId, Cursor, cancellationToken);
        await _parts.Index.EnsureAsync(_space, cancellationToken);
        var mark = await _parts.Index.ReadMarkAsync(_space, _namespaceId, cancellationToken);
        var start = stored is { } cursor && mark is { } reach ? IndexCursor.Min(cursor, reach) : IndexCursor.Zero;
        if (stored != start && !await _parts.Cursors.MoveAsync(_namespaceId, Cursor, stored, start, cancellationToken))
        {
            return IndexerState.Replaced;
        }

        Saved = start;
        if (start == IndexCursor.Zero)
        {
            // The cursor starts at zero, so the points that are there now belong to an earlier life of the namespace.
            await _parts.Index.DeleteNamespaceAsync(_space, _namespaceId, cancellationToken);
        }

        await _parts.Index.WriteMarkAsync(_space, _namespaceId, start, cancellationToken);
        _position = start;

        // The predecessor's refining pass may have been further back. Its requests are no danger: each was correct when
        // it was sent, and a change that made it wrong since is in the log after the cursor, where the log pass meets
        // it.
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

        // A vector that was final when the log pass read it needs no visit by the refining pass.
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
        // Points written from here on are not suspect. Without this bound the check might never end, because the log
        // may grow faster than it is checked.
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

    // This runs when there is nothing to index. A tier that lost its data must be found even while no memory changes.
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
            // This also runs after an exception or a cancellation, because some of the points may have been sent.
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

        // If this mark is applied late, it says less than is true (after a start from zero: more). The next save finds
        // that. For the same reason a search takes the smaller of mark and cursor.
        await _parts.Index.WriteMarkAsync(_space, _namespaceId, next, cancellationToken);
        if (!await _parts.Cursors.MoveAsync(_namespaceId, Cursor, Saved, next, cancellationToken))
        {
            _isLoaded = false;
            return IndexerState.Replaced;
        }

        Saved = next;
        return IndexerState.Working;
    }
}
