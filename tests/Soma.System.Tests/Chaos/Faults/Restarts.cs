using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Ends processes and waits until their supervisors have started them again.</summary>
internal static class Restarts
{
    // The slowest process is a silo that drains.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task OfAsync(IReadOnlyList<SupervisedProcess> members, Action<SupervisedProcess> end) => OfAsync(members, () =>
    {
        foreach (var member in members)
        {
            end(member);
        }
    });

    /// <exception cref="TimeoutException">A process did not end; the message holds the output of those that still
    /// run.</exception>
    public static async Task OfAsync(IReadOnlyList<SupervisedProcess> members, Action end)
    {
        var starts = members.Select(member => member.Starts).ToList();
        end();
        try
        {
            await Task.WhenAll(members.Select((member, i) => member.WaitForRestartAsync(starts[i], Patience)));
        }
        catch (TimeoutException)
        {
            var living = members.Where((member, i) => member.Starts == starts[i]).Select(member => member.Describe());
            throw new TimeoutException($"Not ended within {Patience.TotalSeconds:0} s:\n{string.Join('\n', living)}");
        }
    }
}
