using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Tests all checks together, on runs as large as real ones.</summary>
public sealed class CheckerTests
{
    private const int Large = 500_000;
    private const int Small = 400;

    [Fact]
    public void A_large_concurrent_run_of_a_correct_namespace_passes()
    {
        var report = SimulatedRun.Make(Large, seed: 1).Check();

        Assert.True(report.ViolationCount == 0, report.ToString());
        Assert.Equal(Large, report.Operations);
    }

    [Fact]
    public void One_wrong_answer_among_hundreds_is_found()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var run = SimulatedRun.Make(Small, seed);
            Expect.Nothing(run);
            Break(run, new Random(seed));

            Assert.True(run.Check().ViolationCount > 0, $"seed {seed}");
        }
    }

    [Fact]
    public void A_defect_of_an_answer_is_reported()
    {
        var run = new HandmadeRun().Read(0, 1, 2, read => read with { Defect = "500" });

        Expect.Violation(run, "answer");
    }

    private static void Break(HandmadeRun run, Random random)
    {
        var reads = run.Operations.Where(operation => operation.Sightings is [{ Kind: SightingKind.Holds }]).ToList();
        var read = reads[random.Next(reads.Count)];
        var place = run.Operations.IndexOf(read);
        var seen = read.Sightings[0];
        run.Operations[place] = random.Next(3) switch
        {
            // Change the seen version to an older one, to one that did not exist yet, or change the head to a seq that
            // was not reached.
            0 => read with { Sightings = [seen with { Seq = seen.Seq - 1 }] },
            1 => read with { Invoked = run.Operations.Max(operation => operation.Returned) + 1, Returned = long.MaxValue, Head = 1 },
            _ => read with { Head = run.Log.Count + 1 },
        };
    }
}
