using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>
/// Invents writes of every kind. Some have an idempotency key, some a condition, and many concern memories that other
/// clients write to as well.
/// </summary>
internal sealed class WritePlanner(LoadOptions options, Knowledge knowledge, Random random, string worker)
{
    private const int LargestBatch = 4;

    private int _markers;
    private int _keys;

    public WritePlan Plan(string soleNamespace)
    {
        var plan = random.Next(20) switch
        {
            < 9 => Store(soleNamespace),
            < 12 => Conditional(soleNamespace),
            < 14 => Patch(soleNamespace),
            < 16 => Delete(soleNamespace),
            < 19 => Batch(soleNamespace),
            _ => Link(soleNamespace),
        };
        return random.NextDouble() < options.KeyedShare ? plan with { Key = $"{worker}-{++_keys}" } : plan;
    }

    private WritePlan Store(string soleNamespace)
    {
        var row = NewRow(Coordinate());
        return Of(OperationKind.Store, soleNamespace, row, () => Requests.Store(row));
    }

    private WritePlan Conditional(string soleNamespace)
    {
        var plan = Store(soleNamespace);
        var coordinate = plan.Rows[0].Coordinate;
        var seen = knowledge.LatestSeq(soleNamespace, coordinate);
        return plan with
        {
            Before = seen > 0 && random.Next(4) > 0
                ? new Sighting(coordinate, SightingKind.Holds, seen)
                : new Sighting(coordinate, SightingKind.Absent),
        };
    }

    private WritePlan Patch(string soleNamespace)
    {
        var row = NewRow(Coordinate());
        return Of(OperationKind.Patch, soleNamespace, row, () => Requests.Patch(row)) with
        {
            Before = new Sighting(row.Coordinate, SightingKind.Present),
        };
    }

    private WritePlan Delete(string soleNamespace)
    {
        var row = new SentRow(Coordinate(), "");
        return Of(OperationKind.Delete, soleNamespace, row, () => Requests.Delete(row)) with
        {
            Before = new Sighting(row.Coordinate, SightingKind.Present),
        };
    }

    private WritePlan Link(string soleNamespace)
    {
        var row = NewRow(Coordinate());
        return Of(OperationKind.Link, soleNamespace, row, () => Requests.Link(row));
    }

    private WritePlan Batch(string soleNamespace)
    {
        var coordinates = options.CoordinateTexts.ToArray();
        random.Shuffle(coordinates);
        var rows = coordinates.Take(random.Next(2, LargestBatch + 1)).Select(NewRow).ToArray();
        return new WritePlan { Kind = OperationKind.Batch, Namespace = soleNamespace, Rows = rows, Make = () => Requests.Batch(rows) };
    }

    private static WritePlan Of(OperationKind kind, string soleNamespace, SentRow row, Func<HttpRequestMessage> make) =>
        new() { Kind = kind, Namespace = soleNamespace, Rows = [row], Make = make };

    private SentRow NewRow(string coordinate) => new(coordinate, Requests.WordOf($"{worker}x{++_markers}"));

    private string Coordinate() => $"{random.Next(1, options.Coordinates + 1)}.0";
}
