namespace Soma.Testing;

/// <summary>Tells what an action allocates on this thread, without what the runtime allocates beside it.</summary>
public static class Allocations
{
    private const int Rounds = 20;
    private const int Calls = 100;

    /// <summary>
    /// The fewest bytes that a round of calls took. An action that allocates does so in every round; the runtime, which compiles
    /// methods again and starts collections on a busy machine, does so in a few of them.
    /// </summary>
    public static long Least(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var call = 0; call < Calls; call++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
