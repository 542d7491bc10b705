using System.Collections.Concurrent;
using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>What the clients of a run have learned and may ask about again. All clients share it.</summary>
internal sealed class Knowledge
{
    private const int MostRemembered = 64;

    private readonly ConcurrentDictionary<(string Namespace, string Coordinate), long> _latest = [];
    private readonly ConcurrentDictionary<string, RecentItems<Sighting>> _markers = [];
    private readonly RecentItems<KeyedWrite> _keyed = new(MostRemembered);

    /// <summary>The latest seq at which the coordinate was seen, in the order of the answers; 0: never.</summary>
    public long LatestSeq(string soleNamespace, string coordinate) => _latest.GetValueOrDefault((soleNamespace, coordinate));

    public void Learn(Operation operation)
    {
        for (var i = 0; i < operation.Rows.Count && operation is { Outcome: Outcome.Done, Kind: not OperationKind.Link }; i++)
        {
            var row = operation.Rows[i];
            _latest[(operation.Namespace, row.Coordinate)] = operation.FirstSeq + i;
            if (row.Marker.Length > 0)
            {
                _markers.GetOrAdd(operation.Namespace, _ => new RecentItems<Sighting>(MostRemembered))
                    .Add(new Sighting(row.Coordinate, SightingKind.Holds, operation.FirstSeq + i, row.Marker));
            }
        }
    }

    public void Learn(KeyedWrite write) => _keyed.Add(write);

    public Sighting? PickMarker(string soleNamespace, Random random) =>
        _markers.TryGetValue(soleNamespace, out var markers) && markers.TryPick(random, out var marker) ? marker : null;

    public KeyedWrite? PickKeyed(Random random) => _keyed.TryPick(random, out var write) ? write : null;
}

/// <summary>A write with an idempotency key that was answered, and how to send it again.</summary>
internal sealed record KeyedWrite(Operation Operation, Func<HttpRequestMessage> Make);
