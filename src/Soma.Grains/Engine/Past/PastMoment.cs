using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Past;

/// <summary>A moment of a namespace's past.</summary>
/// <param name="Seq">The newest write that belongs to it; 0: none does.</param>
/// <param name="Now">The time by which expiry is judged: the one that was asked for, or that of the seq's commit.</param>
/// <param name="IsTime">Whether a time was asked for, so that the moment is whole wherever that time is, whichever seq is the newest then.</param>
internal readonly record struct PastMoment(long Seq, Instant Now, bool IsTime = false)
{
    /// <summary>A text that is safe in a cursor.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}~{Now.Microseconds}~{(IsTime ? 1 : 0)}");

    /// <summary>Reads what <see cref="ToString"/> made; null: it did not make this.</summary>
    public static PastMoment? Parse(string text)
    {
        var parts = text.Split('~');
        return parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var now)
            && parts[2] is "0" or "1"
            ? new PastMoment(seq, new Instant(now), parts[2] == "1")
            : null;
    }
}

/// <summary>What became of a moment that a client named.</summary>
/// <param name="Owned">The namespace; null: it does not exist.</param>
/// <param name="Moment">The moment that was found.</param>
/// <param name="Refusal">Why the moment cannot be read; null: it can.</param>
internal readonly record struct FoundMoment(Ownership? Owned, PastMoment Moment, Rejection? Refusal)
{
    /// <summary>The namespace, if there is one and the moment can be read.</summary>
    public Ownership? Readable => Refusal is null ? Owned : null;
}
