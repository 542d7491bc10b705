namespace Soma.Silo.Membership;

/// <summary>
/// Checks whether this silo's row is still in the membership table, and ends the silo when the row is gone.
/// </summary>
/// <remarks>
/// <para>Redis may be flushed, or restarted without its data. Orleans then goes on serving: the old silos keep their
/// old view, while new silos form a second cluster beside them. The fence still keeps the data correct, but the two
/// clusters would take namespaces from each other for ever. So a silo whose row is missing stops being ready, drains,
/// and exits with its own exit code. Its supervisor then starts it again, and it joins the new cluster.</para>
/// <para>All silos notice the loss at about the same time. They leave one after the other, in the order of the
/// membership view they still have, so that the first silos are back before the last ones leave.</para>
/// <para>A Redis that does not answer changes nothing: the silo keeps serving, as Orleans itself does.</para>
/// </remarks>
internal sealed class MembershipWatch(
    OwnRow row, IClusterMembershipService membership, ILocalSiloDetails silo, LocalNamespaces namespaces, SiloExit exit,
    IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<MembershipWatch> logger) : BackgroundService
{
    /// <summary>
    /// The row must be missing in several checks in a row, because one check may fall between two writes of the table.
    /// </summary>
    private const int MissesThatCount = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Roughly the time that a silo takes to stop, start and join. Silos that lost their rows leave this far apart.
    /// </summary>
    private static readonly TimeSpan Stagger = TimeSpan.FromSeconds(6);

    /// <summary>Longer than a namespace takes to answer all its queued requests.</summary>
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
                // Redis did not answer: keep the count of misses as it is. Only an answer may change it.
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
