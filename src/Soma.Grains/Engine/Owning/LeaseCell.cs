namespace Soma.Grains.Engine.Owning;

/// <summary>Where the silo's lease rounds leave what they found for one namespace. Written off the turn, read on it.</summary>
public sealed class LeaseCell(long namespaceId)
{
    private volatile LeaseCheck? _latest;
    private volatile bool _isInUse;

    public long NamespaceId => namespaceId;

    /// <summary>The newest finding; null before the first.</summary>
    public LeaseCheck? Latest
    {
        get => _latest;
        set => _latest = value;
    }

    /// <summary>Whether the namespace was read since the last round.</summary>
    public bool IsInUse
    {
        get => _isInUse;
        set => _isInUse = value;
    }
}
