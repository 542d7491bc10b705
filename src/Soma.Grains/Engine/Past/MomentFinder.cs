using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Storage.Compacting;

namespace Soma.Grains.Engine.Past;

/// <summary>Finds the moment that a client names, and refuses one that does not exist yet or is no longer kept. Runs on the grain's turn.</summary>
internal sealed class MomentFinder(EngineServices services, NamespaceOwner owner, RowReader reader)
{
    // A search among a million rows takes four reads of this many.
    private const int ProbesPerRead = 32;

    // The seconds since 1970 of 2001. No namespace is near such a seq, so it is a time that was written without a point.
    private const long LooksLikeTime = 1_000_000_000;

    public async Task<FoundMoment> FindAsync(Moment asked, CancellationToken deadline)
    {
        if (await owner.EnsureReadableAsync(deadline) is not { } owned)
        {
            return asked.Seq > 0 || asked.At > owner.Now()
                ? new FoundMoment(null, default, Refuse(400, NotYet(asked), default, 0))
                : new FoundMoment(null, new PastMoment(0, asked.At ?? default, IsTime: asked.At is not null), null);
        }

        if (asked.Seq > owned.HeadSeq || asked.At > owner.Now())
        {
            return new FoundMoment(owned, default, Refuse(400, NotYet(asked), await ReadHorizonAsync(owned, deadline), owned.HeadSeq));
        }

        // A commit that is under way may have got its time before the one that was asked for, and then belongs to the moment.
        await reader.Settled.WaitAsync(deadline);
        var seq = asked.Seq ?? await FindSeqAsync(owned, asked.At ?? owner.Now(), deadline);
        return await CheckAsync(new PastMoment(seq, asked.At ?? await ReadTimeAsync(owned, seq, deadline), IsTime: asked.At is not null), deadline);
    }

    /// <summary>
    /// Checks a moment that was found before: one that a cursor keeps, and one of which the rows have just been read. The horizon moves
    /// before anything is dropped, so if the moment is whole now, nothing was missing when they were read.
    /// </summary>
    public async Task<FoundMoment> CheckAsync(PastMoment moment, CancellationToken deadline)
    {
        if (await owner.EnsureReadableAsync(deadline) is not { } owned)
        {
            return new FoundMoment(null, moment, moment.Seq == 0 ? null : Refuse(400, NotYet(new Moment { Seq = moment.Seq }), default, 0));
        }

        var horizon = await ReadHorizonAsync(owned, deadline);
        var refusal = moment.Seq > owned.HeadSeq ? Refuse(400, NotYet(new Moment { Seq = moment.Seq }), horizon, owned.HeadSeq)
            : !(moment.IsTime ? horizon.IsWhole(moment.Seq, moment.Now) : horizon.IsWhole(moment.Seq)) ? Refuse(410, $"The state of seq {moment.Seq} is no longer kept", horizon, owned.HeadSeq)
            : null;
        return new FoundMoment(owned, moment, refusal);
    }

    /// <summary>
    /// Asks again, after something was read, whether the moment is still kept: a compaction moves the horizon before it drops anything. Checks
    /// the lease too, because an owner that was replaced meanwhile must not answer.
    /// </summary>
    /// <returns>Why it is not; null: all that was read was there.</returns>
    public async Task<Rejection?> RecheckAsync(FoundMoment found, CancellationToken deadline)
    {
        var again = await CheckAsync(found.Moment, deadline);
        await owner.EnsureReadableAsync(deadline);
        return again.Refusal;
    }

    /// <summary>The moment of now, which the next write ends.</summary>
    public PastMoment Present(Ownership owned) => new(owned.HeadSeq, owner.Now(), IsTime: true);

    private static Rejection Refuse(int status, string what, Horizon horizon, long head) => new()
    {
        Status = status,
        Detail = $"{what}. " + (horizon.Seq <= head ? string.Create(CultureInfo.InvariantCulture, $"Kept are the states of seq {horizon.Seq} to {head}.")
            : horizon.At == default ? "Kept is the present only."
            : $"Kept are the states from {horizon.At.ToDateTimeOffset().ToString("O", CultureInfo.InvariantCulture)} on."),
    };

    private static string NotYet(Moment asked) => asked.Seq is { } seq
        ? string.Create(CultureInfo.InvariantCulture, $"Seq {seq} does not exist yet{(seq >= LooksLikeTime ? $" (a time in seconds is written with a point: {seq}.0)" : "")}")
        : $"The time {asked.At!.Value.ToDateTimeOffset().ToString("O", CultureInfo.InvariantCulture)} is in the future";

    private Task<Horizon> ReadHorizonAsync(Ownership owned, CancellationToken deadline) => services.Past.ReadHorizonAsync(owned.Id, deadline);

    private async Task<Instant> ReadTimeAsync(Ownership owned, long seq, CancellationToken deadline) =>
        await services.Past.ReadTimesAsync(owned.Id, [seq], deadline) is [var row] ? row.At : default;

    /// <summary>The newest seq whose commit was not later than a time. The times of the log never go back, so halving the range finds it.</summary>
    private async Task<long> FindSeqAsync(Ownership owned, Instant time, CancellationToken deadline)
    {
        if (time >= owned.LastAt)
        {
            return owned.HeadSeq;
        }

        // Everything up to `before` is not later, and everything from `after` on is.
        var (before, after) = (0L, owned.HeadSeq + 1);
        while (after - before > 1)
        {
            var step = Math.Max(1, (after - before) / ProbesPerRead);
            var probes = new List<long>();
            for (var probe = before + step; probe < after && probes.Count < ProbesPerRead; probe += step)
            {
                probes.Add(probe);
            }

            var rows = (await services.Past.ReadTimesAsync(owned.Id, probes, deadline)).ToDictionary(row => row.Asked);
            foreach (var probe in probes)
            {
                if (rows.TryGetValue(probe, out var row) && row.At > time)
                {
                    after = Math.Min(after, row.Seq);
                    break;
                }

                before = probe;
            }
        }

        return before;
    }
}
