namespace Soma.System.Tests.Chaos.Recording;

internal enum SightingKind
{
    /// <summary>The coordinate held the version of this seq.</summary>
    Holds,

    /// <summary>The coordinate did not hold the version of this seq.</summary>
    HoldsOther,

    Absent,
    Present,
}

/// <summary>What an answer says about one coordinate, at some moment between its request and its end.</summary>
internal readonly record struct Sighting(string Coordinate, SightingKind Kind, long Seq = 0, string? Marker = null, long? Version = null)
{
    public override string ToString() => Kind switch
    {
        SightingKind.Holds => $"{Coordinate} at seq {Seq}",
        SightingKind.HoldsOther => $"{Coordinate} not at seq {Seq}",
        _ => $"{Coordinate} {Kind}",
    };
}
