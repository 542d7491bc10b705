using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains;
using Soma.Hosting;
using Soma.Silo.Membership;
using Soma.Testing;

namespace Soma.Silo.Tests.Membership;

/// <summary>A silo whose row is gone leaves in its turn. A silo that cannot read the table stays.</summary>
public sealed class MembershipWatchTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SiloExit _exit = new();
    private readonly Lifetime _lifetime = new();
    private MembershipWatch? _watch;

    [Fact]
    public async Task A_silo_whose_row_is_gone_stops_with_a_code_of_its_own()
    {
        var membership = new FakeMembership(silos: 3, self: 0);
        await JoinAsync(membership);

        membership.HasRow = false;
        await TickUntilAsync(() => _lifetime.IsStopping);

        Assert.Equal(ExitCode.MembershipLost, _exit.Code);
    }

    [Fact]
    public async Task A_flushed_table_counts_as_a_table_without_the_row()
    {
        var membership = new FakeMembership(silos: 1, self: 0);
        await JoinAsync(membership);

        membership.IsFlushed = true;
        await TickUntilAsync(() => _lifetime.IsStopping);

        Assert.Equal(ExitCode.MembershipLost, _exit.Code);
    }

    [Fact]
    public async Task A_silo_reports_that_it_will_leave_before_it_leaves()
    {
        var membership = new FakeMembership(silos: 3, self: 2);
        await JoinAsync(membership);

        membership.HasRow = false;
        await TickUntilAsync(() => _exit.Code == ExitCode.MembershipLost);

        Assert.False(_lifetime.IsStopping);
        await TickUntilAsync(() => _lifetime.IsStopping);
    }

    [Fact]
    public async Task The_silos_of_a_cluster_leave_one_after_the_other()
    {
        var waits = new List<TimeSpan>();
        for (var self = 0; self < 3; self++)
        {
            await using var test = new MembershipWatchTests();
            var membership = new FakeMembership(silos: 3, self);
            await test.JoinAsync(membership);
            membership.HasRow = false;
            var started = test._clock.GetUtcNow();
            await test.TickUntilAsync(() => test._lifetime.IsStopping);
            waits.Add(test._clock.GetUtcNow() - started);
        }

        Assert.True(waits[0] < waits[1] && waits[1] < waits[2], string.Join(", ", waits));
    }

    [Fact]
    public async Task A_table_that_does_not_answer_is_no_reason_to_leave()
    {
        var membership = new FakeMembership(silos: 1, self: 0);
        var row = await JoinAsync(membership);

        membership.IsAway = true;
        await TickAsync(membership, looks: 20);

        Assert.Equal(RowState.Unreachable, row.Latest);
        Assert.False(_lifetime.IsStopping);
    }

    [Fact]
    public async Task A_row_that_is_missing_for_a_moment_is_no_reason_to_leave()
    {
        var membership = new FakeMembership(silos: 1, self: 0);
        await JoinAsync(membership);
        for (var time = 0; time < 5; time++)
        {
            membership.HasRow = false;
            await TickAsync(membership, looks: 1);
            membership.HasRow = true;
            await TickAsync(membership, looks: 1);
        }

        Assert.Equal(ExitCode.Stopped, _exit.Code);
    }

    [Fact]
    public async Task A_silo_that_has_not_joined_yet_waits()
    {
        var membership = new FakeMembership(silos: 1, self: 0) { HasRow = false };
        var row = Start(membership);

        await TickAsync(membership, looks: 20);

        Assert.Equal(RowState.Missing, row.Latest);
        Assert.False(_lifetime.IsStopping);
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
        {
            await _watch.StopAsync(CancellationToken.None);
            _watch.Dispose();
        }
    }

    private async Task<OwnRow> JoinAsync(FakeMembership membership)
    {
        var row = Start(membership);
        await TickUntilAsync(() => row.HasJoined);
        return row;
    }

    private OwnRow Start(FakeMembership membership)
    {
        var row = new OwnRow(membership, membership);
        _watch = new MembershipWatch(row, membership, membership, new LocalNamespaces(), _exit, _lifetime, _clock, NullLogger<MembershipWatch>.Instance);
        _ = _watch.StartAsync(CancellationToken.None);
        return row;
    }

    private Task TickAsync(FakeMembership membership, int looks)
    {
        var until = membership.Looks + looks;
        return TickUntilAsync(() => membership.Looks >= until);
    }

    private Task TickUntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        if (condition())
        {
            return true;
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public bool IsStopping { get; private set; }

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => IsStopping = true;
    }
}
