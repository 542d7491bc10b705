using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>
/// Simulates a correct namespace with many clients: every operation takes effect at one moment between its begin and
/// its end.
/// </summary>
internal static class SimulatedRun
{
    private const int Spots = 8;
    private const int LongestTime = 200;

    public static HandmadeRun Make(int operations, int seed)
    {
        var random = new Random(seed);
        var run = new HandmadeRun();
        var held = new LogEntry?[Spots];
        for (var i = 0; i < operations; i++)
        {
            // Operations take effect ten ticks apart, but each lasts much longer, so that many overlap.
            var moment = (i + LongestTime) * 10L;
            var (from, to) = (moment - random.Next(1, LongestTime * 10), moment + random.Next(1, LongestTime * 10));
            var spot = random.Next(Spots);
            var coordinate = $"{spot}.0";
            switch (random.Next(10))
            {
                case < 4:
                    Append(run, ref held[spot], LoggedOp.Put, coordinate);
                    Answer(run, random, from, to);
                    break;
                case 4 when held[spot]?.Op == LoggedOp.Put:
                    Append(run, ref held[spot], LoggedOp.Delete, coordinate);
                    Answer(run, random, from, to);
                    break;
                case 5:
                    run.Sent($"lost{i}", Outcome.Unknown, from, to);
                    break;
                case 6:
                    run.Saw([.. held.Select((entry, place) => See($"{place}.0", entry))], from, to, read => read with { Head = run.Log.Count });
                    break;
                default:
                    run.Saw([See(coordinate, held[spot])], from, to, read => read with { Head = run.Log.Count });
                    break;
            }
        }

        return run;
    }

    // HandmadeRun's own method is not used here, because it searches the whole log for the version.
    private static void Append(HandmadeRun run, ref LogEntry? held, LoggedOp op, string coordinate)
    {
        var seq = run.Log.Count + 1;
        var version = (held?.Version ?? 0) + (op == LoggedOp.Put ? 1 : 0);
        held = new LogEntry(seq, op, coordinate, version, 1 + (seq / 1_000), op == LoggedOp.Put ? $"w{seq}" : "");
        run.Log.Add(held.Value);
    }

    private static void Answer(HandmadeRun run, Random random, long from, long to)
    {
        var entry = run.Log[^1];
        if (random.Next(5) > 0)
        {
            run.Wrote(entry.Seq, from, to);
        }
        else
        {
            run.Sent(entry.Marker, Outcome.Unknown, from, from + 1, write => write with
            {
                Kind = entry.Op == LoggedOp.Delete ? OperationKind.Delete : OperationKind.Store,
                Rows = [new SentRow(entry.Coordinate, entry.Marker)],
            });
        }
    }

    private static Sighting See(string coordinate, LogEntry? entry) => entry is { Op: LoggedOp.Put } held
        ? new Sighting(coordinate, SightingKind.Holds, held.Seq, held.Marker, held.Version)
        : new Sighting(coordinate, SightingKind.Absent);
}
