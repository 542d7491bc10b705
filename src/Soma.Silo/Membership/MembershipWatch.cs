using Soma.Grains;
using Soma.Hosting;

namespace Soma.Silo.Membership;

/// <summary>Looks whether this silo's row is still in the membership table, and ends the silo when it is not.</summary>
/// <remarks>
/// <para>Redis may be flushed, or restarted without its data. Orleans then serves on: the old silos keep their old view while
/// new ones form a second cluster beside them. The fence keeps the data right all the same, but two clusters would take
/// namespaces from each other for ever. So a silo that is missing stops being ready, drains and exits with a code of its own,
/// for its supervisor to start it again in the new cluster.</para>
/// <para>All silos notice at about the same time. They leave one after the other, by their order in the view they still
/// have, so that the first are back before the last go.</para>
/// <para>A Redis that does not answer says nothing: silos serve on, which is what Orleans does too.</para>
/// </remarks>
internal sealed class MembershipWatch(
    OwnRow row, IClusterMembershipService membership, ILocalSiloDetails silo, LocalNamespaces namespaces, SiloExit exit,
    IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<MembershipWatch> logger) : BackgroundService
{
    /// <summary>Several looks in a row must miss the row: a table that is just being written is no reason to leave.</summary>
    private const int MissesThatCount = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>About what a silo takes to stop, start and join.</summary>
    private static readonly TimeSpan Stagger = TimeSpan.FromSeconds(6);

    /// <summary>More than a namespace takes to answer what it has queued.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var misses = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var state = await row.LookAsync(stoppingToken);
            misses = state switch
            {
                RowState.Missing when row.HasJoined => misses + 1,
                // No answer takes back nothing that an answer said.
                RowState.Unreachable => misses,
                _ => 0,
            };
            if (misses == MissesThatCount)
            {
                await LeaveAsync(stoppingToken);
                return;
            }
        }
    }

    private async Task LeaveAsync(CancellationToken stoppingToken)
    {
        exit.Code = ExitCode.MembershipLost;
        var turn = membership.CurrentSnapshot.Members.Values
            .Count(member => member.Status == SiloStatus.Active && member.SiloAddress.CompareTo(silo.SiloAddress) < 0);
        Log.RowVanished(logger, turn * Stagger.TotalSeconds);
        await Task.Delay(turn * Stagger, clock, stoppingToken);
        await namespaces.DrainAsync(DrainTime);
        lifetime.StopApplication();
    }
}
