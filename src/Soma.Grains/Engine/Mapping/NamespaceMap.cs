using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Mapping;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Mapping;

/// <summary>Keeps the map of a namespace's vectors, and has it made anew when it is asked for and has become too old.</summary>
/// <remarks>
/// Runs on the grain's turn; <see cref="MapPool"/> computes elsewhere, from a snapshot, so writes and searches go on meanwhile. The map is
/// in memory alone: it goes with the activation, with other settings of the index, when the silo needs the memory, and with a purge,
/// because its words may be from what was purged.
/// </remarks>
internal sealed class NamespaceMap(
    EngineServices services, NamespaceOwner owner, NamespaceIndex resident, ReadableIndex index, RowReader reader, RowFetcher fetcher,
    NamespaceConfiguration configuration) : IDisposable
{
    // A map is made anew when more than one in this many of its memories changed.
    private const int ChangesShare = 20;

    // Loading the index takes as long as the store does. A request that comes after this begins again.
    private static readonly TimeSpan LoadingTime = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stopping = new();
    private MadeMap? _made;
    private double _progress;
    private bool _isMaking;
    private bool _isDisposed;

    /// <summary>Called while a map is made, so that the activation is not deactivated in the middle of it.</summary>
    public Action OnBusy { get; init; } = static () => { };

    public long HeldBytes => _made?.Map.Bytes ?? 0;

    /// <summary>Answers with the map that there is, and begins another one if it is wanted.</summary>
    public async Task<MapReply> AskAsync(GetMap query, CancellationToken deadline)
    {
        if (await owner.EnsureReadableAsync(deadline) is not { } owned)
        {
            return new MapReply { HeadSeq = 0, MapSeq = 0, Map = ToPicture(MemoryMap.Empty, isPartial: false) };
        }

        if (_made is { } kept && kept.Purges != reader.Purges)
        {
            Drop();
        }

        if (!_isMaking && !_isDisposed && IsWanted(owned, query.Fresh))
        {
            _isMaking = true;
            Volatile.Write(ref _progress, 0);
            using (ExecutionContext.SuppressFlow())
            {
                _ = MakeAsync(_stopping.Token);
            }
        }

        return new MapReply
        {
            HeadSeq = owned.HeadSeq,
            MapSeq = _made?.Map.Seq,
            Map = _made is { } made && made.Map.Seq != query.Have ? ToPicture(made.Map, made.IsPartial) : null,
            Progress = _isMaking ? Volatile.Read(ref _progress) : null,
        };
    }

    public void Drop() => _made = null;

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Drop();
            _stopping.Cancel();
            _stopping.Dispose();
        }
    }

    /// <summary>Vectors that a sentence model improved since count as changes, and with another space all did.</summary>
    private bool IsWanted(Ownership owned, bool isFresh)
    {
        if (_made is not { } made)
        {
            return true;
        }

        var changes = owned.HeadSeq - made.Map.Seq;
        if (resident.Current is { } now)
        {
            // A text that no model refines counts as refined when it is written, and as one change with its write.
            changes = Math.Max(changes, now.UsesModels == made.UsesModels ? Math.Abs(RefinedOf(now) - made.Refined) : made.Map.Memories);
        }

        return changes > (isFresh ? 0 : made.Map.Memories / ChangesShare);
    }

    private static int RefinedOf(IndexSnapshot snapshot) => snapshot.UsesModels ? snapshot.FinalModelCount : snapshot.FinalTextCount;

    private async Task MakeAsync(CancellationToken stopped)
    {
        try
        {
            await Task.Yield();
            OnBusy();
            // Loaded first, so that other namespaces' maps do not wait for the store.
            await index.TakeViewAsync(LoadingTime, stopped);
            var made = await services.Maps.RunAsync(() => MakeInPlaceAsync(stopped), stopped);
            if (!_isDisposed && made?.Purges == reader.Purges)
            {
                _made = made;
            }
        }
        catch (OperationCanceledException)
        {
            // The activation ends, and the map with it.
        }
        catch (SomaException e)
        {
            Log.MapFailed(services.Logger, e.Message);
        }
        catch (Exception e)
        {
            // This is a defect. No other request suffers from it, and the next one for the map begins again.
            Log.MapBroke(services.Logger, e);
        }
        finally
        {
            _isMaking = false;
        }
    }

    private async Task<MadeMap?> MakeInPlaceAsync(CancellationToken stopped)
    {
        OnBusy();
        var (purges, fields) = (reader.Purges, configuration.Fields);
        if (await index.TakeViewAsync(LoadingTime, stopped) is not { } view)
        {
            return null;
        }

        var work = new MapWork(done => Volatile.Write(ref _progress, done), services.Clock, stopped);
        var draft = await services.Maps.ComputeAsync(() => MapDraft.Of(view.Snapshot, view.Now, work), stopped);
        var rows = await fetcher.FindVersionsAsync(view.Owned.Id, draft.Examples, stopped);
        var map = await services.Maps.ComputeAsync(
            () => draft.Name(rows.OfType<MemoryRow>().Select(row => IndexedText.Compose(row.Payload, row.Text, fields).Words.ToString())), stopped);
        // The snapshot's own seq is older after commits of links alone.
        return new MadeMap(map with { Seq = view.HeadSeq }, purges, !view.IsComplete, view.Snapshot.UsesModels, RefinedOf(view.Snapshot));
    }

    private static MapPicture ToPicture(MemoryMap map, bool isPartial) => new()
    {
        Memories = map.Memories,
        WithoutVector = map.WithoutVector,
        Coordinates = map.Coordinates,
        X = map.X,
        Y = map.Y,
        ClusterOf = map.ClusterOf,
        Clusters = [.. map.Clusters.Select(cluster => new PictureCluster { X = cluster.X, Y = cluster.Y, Size = cluster.Size, Words = [.. cluster.Words] })],
        IsPartial = isPartial,
    };

    /// <summary>A map, and the state of the namespace that it was made of.</summary>
    private sealed record MadeMap(MemoryMap Map, long Purges, bool IsPartial, bool UsesModels, int Refined);
}
