namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Whether a memory passes, as far as what is held of its fields can tell.</summary>
public enum FilterVerdict
{
    No = 0,

    /// <summary>What is held does not decide it: the whole payload must be asked.</summary>
    NeedsRow = 1,

    Yes = 2,
}
