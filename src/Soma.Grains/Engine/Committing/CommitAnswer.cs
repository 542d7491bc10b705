namespace Soma.Grains.Engine.Committing;

/// <summary>What the store said to a commit that was sent.</summary>
public enum CommitAnswer
{
    Committed,

    /// <summary>Another owner has the namespace: not applied.</summary>
    Fenced,

    /// <summary>A receipt lies under one of the keys: not applied, and decided again with it.</summary>
    Clashed,

    /// <summary>The content of a row is refused: not applied.</summary>
    Refused,

    /// <summary>The store was not to be had: not applied.</summary>
    Failed,

    /// <summary>No answer: the log is asked.</summary>
    Unknown,
}
