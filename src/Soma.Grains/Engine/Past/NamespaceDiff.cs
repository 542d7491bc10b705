using System.Buffers.Text;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Storage.Past;

namespace Soma.Grains.Engine.Past;

/// <summary>Answers which memories two states do not share, page by page. Runs on the grain's turn.</summary>
internal sealed class NamespaceDiff(EngineServices services, NamespaceOwner owner, MomentFinder moments)
{
    // A page that finds few differences ends after this many pairs of pages of the states, and says where to go on.
    private const int PagesPerAnswer = 20;

    // Of another namespace as many memories are asked for at once, with a hash of each.
    private const int HashesPerRead = 500;

    /// <param name="query">What is compared.</param>
    /// <param name="askOther">Asks the owner of the other namespace.</param>
    /// <param name="deadline">Ends the comparison.</param>
    public async Task<DiffReply> DiffAsync(DiffStates query, Func<DiffStates, Task<DiffReply>> askOther, CancellationToken deadline)
    {
        var cursor = query.Cursor is { } text ? DiffCursor.Parse(text) : null;
        if (query.Cursor is not null && cursor is null)
        {
            return Empty(default) with { CursorInvalid = true };
        }

        var from = query.WithHashes ? default : await FindAsync(cursor?.From, query.From, deadline);
        var to = query.Other is null ? await FindAsync(cursor?.To, query.To, deadline) : default;
        if ((from.Refusal ?? to.Refusal) is { } refusal)
        {
            return Empty(to) with { Rejection = refusal };
        }

        var reply = query.WithHashes
            ? await ListAsync(query, to, deadline)
            : await CompareAsync(query, cursor, from, to, askOther, deadline);
        // Nothing of the present is ever compacted.
        var gone = query.From is null && cursor is null ? null : await moments.RecheckAsync(from, deadline);
        gone ??= query.To is null && (cursor is null || query.Other is not null) ? null : await moments.RecheckAsync(to, deadline);
        await owner.EnsureReadableAsync(deadline);
        return gone is null ? reply : Empty(to) with { Rejection = gone };
    }

    /// <summary>Lists a page of one state, with hashes, for the owner of another namespace.</summary>
    private async Task<DiffReply> ListAsync(DiffStates query, FoundMoment to, CancellationToken deadline)
    {
        var side = new LoggedState(services, to.Owned?.Id, to.Moment);
        var page = await side.ReadAsync(query.After, deadline);
        var places = page.Places.Take(query.Limit).ToArray();
        var hashes = await side.HashAsync(places, deadline);
        return Empty(to) with
        {
            Changes = [.. places.Select(place => new StateChange
            {
                Coordinate = place.Coordinate, To = new StateVersion(place.Seq, place.Version), Hash = hashes.GetValueOrDefault(place.Coordinate),
            })],
            IsLast = page.IsLast && places.Length == page.Places.Count,
        };
    }

    private async Task<DiffReply> CompareAsync(
        DiffStates query, DiffCursor? cursor, FoundMoment from, FoundMoment to, Func<DiffStates, Task<DiffReply>> askOther, CancellationToken deadline)
    {
        var other = query.Other is null ? null : new OtherState(askOther, new DiffStates
        {
            To = cursor is { } kept ? Name(kept.To) : null,
            Limit = HashesPerRead,
            Timeout = query.Timeout,
            WithHashes = true,
        });
        StateSide right = other ?? (StateSide)new LoggedState(services, to.Owned?.Id, to.Moment);
        var (changes, pages, last) = (new List<StateChange>(), 0, (Coordinate?)null);
        await foreach (var each in StateDiff.ReadAsync(
            new LoggedState(services, from.Owned?.Id, from.Moment), right, other is null, cursor?.After, deadline))
        {
            if (!each.IsProgress && changes.Count == query.Limit)
            {
                last = changes[^1].Coordinate;
                break;
            }

            if (!each.IsProgress)
            {
                changes.Add(new StateChange { Coordinate = each.Coordinate, From = Name(each.From), To = Name(each.To) });
            }
            else if (++pages == PagesPerAnswer)
            {
                last = each.Coordinate;
                break;
            }
        }

        var later = other is null ? to.Moment : new PastMoment(other.Moment.Seq ?? 0, other.Moment.At ?? default, IsTime: other.Moment.At is not null);
        return Empty(from) with
        {
            Changes = [.. changes],
            NextCursor = last is { } after ? new DiffCursor(from.Moment, later, after).ToString() : null,
            From = Name(from.Moment),
            To = Name(later),
        };
    }

    private async Task<FoundMoment> FindAsync(PastMoment? kept, Moment? asked, CancellationToken deadline)
    {
        if (kept is { } moment)
        {
            return await moments.CheckAsync(moment, deadline);
        }

        if (asked is { } named)
        {
            return await moments.FindAsync(named, deadline);
        }

        var owned = await owner.EnsureReadableAsync(deadline);
        return new FoundMoment(owned, owned is null ? new PastMoment(0, owner.Now(), IsTime: true) : moments.Present(owned), null);
    }

    private static DiffReply Empty(FoundMoment moment) =>
        new() { Changes = [], HeadSeq = moment.Owned?.HeadSeq ?? 0, From = Name(moment.Moment), To = Name(moment.Moment) };

    // A time with its seq says: this time, and by now the seq that was the newest then.
    private static Moment Name(PastMoment moment) => new() { Seq = moment.Seq, At = moment.IsTime ? moment.Now : null };

    private static StateVersion? Name(StatePlace? place) => place is { } there ? new StateVersion(there.Seq, there.Version) : null;
}

/// <summary>Where a comparison goes on: between the moments of its first page, behind a key.</summary>
internal sealed record DiffCursor(PastMoment From, PastMoment To, Coordinate After)
{
    /// <summary>Returns a text that is safe in a URL. Clients must not interpret it.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{From}|{To}|{After.Text}"));

    /// <summary>Null: this is no text that <see cref="ToString"/> returned.</summary>
    public static DiffCursor? Parse(string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|', 3);
        return parts.Length == 3 && PastMoment.Parse(parts[0]) is { } from && PastMoment.Parse(parts[1]) is { } to
            && Coordinate.TryParse(parts[2], out var after)
            ? new DiffCursor(from, to, after)
            : null;
    }
}
