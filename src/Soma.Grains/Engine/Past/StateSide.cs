using System.Buffers.Binary;
using System.Security.Cryptography;
using Soma.Grains.Storage.Past;

namespace Soma.Grains.Engine.Past;

/// <summary>A page of a state.</summary>
/// <param name="Places">Memories in the order of their keys.</param>
/// <param name="IsLast">Whether none follow.</param>
internal readonly record struct StatePage(IReadOnlyList<StatePlace> Places, bool IsLast);

/// <summary>One of two states that are compared.</summary>
internal abstract class StateSide
{
    /// <summary>Reads the memories behind a key.</summary>
    public abstract Task<StatePage> ReadAsync(Coordinate? after, CancellationToken cancellationToken);

    /// <summary>Hashes what clients gave of memories of the last page. A memory whose content is gone is missing.</summary>
    public abstract Task<IReadOnlyDictionary<Coordinate, byte[]>> HashAsync(IReadOnlyList<StatePlace> places, CancellationToken cancellationToken);
}

/// <summary>The state of a namespace at a moment, as its log has it.</summary>
/// <param name="services">What the silo shares.</param>
/// <param name="namespaceId">The id of the namespace; null: it does not exist, and the state is empty.</param>
/// <param name="moment">The moment.</param>
/// <param name="expiredBy">An expiry that is over by then counts as none, because a rewind leaves it out; null: each counts.</param>
internal sealed class LoggedState(EngineServices services, long? namespaceId, PastMoment moment, Instant? expiredBy = null) : StateSide
{
    private const int PlacesPerRead = 1_000;

    // Contents are read and forgotten in sets of this many, so that large payloads do not add up.
    private const int ContentsPerRead = 50;

    public override async Task<StatePage> ReadAsync(Coordinate? after, CancellationToken cancellationToken)
    {
        var places = namespaceId is { } id
            ? await services.Past.ReadStateAsync(id, moment.Seq, moment.Now, after, PlacesPerRead, cancellationToken)
            : [];
        return new StatePage(places, places.Count < PlacesPerRead);
    }

    public override async Task<IReadOnlyDictionary<Coordinate, byte[]>> HashAsync(IReadOnlyList<StatePlace> places, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<Coordinate, byte[]>();
        foreach (var some in places.Chunk(ContentsPerRead))
        {
            foreach (var row in await services.Store.ReadVersionsAsync(namespaceId ?? 0, [.. some.Select(place => place.Seq)], cancellationToken))
            {
                hashes[row.Coordinate] = Hash(row);
            }
        }

        return hashes;
    }

    private byte[] Hash(MemoryRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, row.Payload);
        Append(hash, row.Text is { } text ? Encoding.UTF8.GetBytes(text) : null);
        Append(hash, row.BroughtVector);
        Append(hash, (long)row.Type);
        Append(hash, BitConverter.DoubleToInt64Bits(row.Importance));
        Append(hash, row.ExpiresAt is { } end && end > (expiredBy ?? default) ? end.Microseconds : 0);
        return hash.GetHashAndReset();
    }

    /// <summary>The length comes first, so that no two memories give the same bytes; -1 for what is not there.</summary>
    private static void Append(IncrementalHash hash, byte[]? bytes)
    {
        Append(hash, bytes?.Length ?? -1L);
        hash.AppendData(bytes ?? []);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}

/// <summary>The state of another namespace, which its own owner reads.</summary>
internal sealed class OtherState(Func<DiffStates, Task<DiffReply>> ask, DiffStates query) : StateSide
{
    private DiffReply? _page;

    /// <summary>The other namespace's moment; known once a page was read.</summary>
    public Moment Moment => _page?.To ?? default;

    public override async Task<StatePage> ReadAsync(Coordinate? after, CancellationToken cancellationToken)
    {
        _page = await ask(query with { After = after, To = _page?.To ?? query.To });
        return new StatePage(
            [.. _page.Changes.Select(change => new StatePlace(change.Coordinate, change.To!.Value.Seq, change.To.Value.Version))], _page.IsLast);
    }

    public override Task<IReadOnlyDictionary<Coordinate, byte[]>> HashAsync(IReadOnlyList<StatePlace> places, CancellationToken cancellationToken)
    {
        var wanted = places.Select(place => place.Coordinate).ToHashSet();
        return Task.FromResult<IReadOnlyDictionary<Coordinate, byte[]>>(
            _page!.Changes.Where(change => change.Hash is not null && wanted.Contains(change.Coordinate))
                .ToDictionary(change => change.Coordinate, change => change.Hash ?? []));
    }
}
