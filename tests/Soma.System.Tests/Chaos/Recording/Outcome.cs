namespace Soma.System.Tests.Chaos.Recording;

/// <summary>What a client may believe of its operation.</summary>
internal enum Outcome
{
    /// <summary>A 200, or a read's 404: what it says must hold.</summary>
    Done,

    /// <summary>A 4xx: the state at that moment did not allow the write.</summary>
    Refused,

    /// <summary>It was not sent, or the answer says that nothing was applied. Of a read: there is no answer.</summary>
    NotApplied,

    /// <summary>No answer, or one that says so: applied once or not at all.</summary>
    Unknown,
}
