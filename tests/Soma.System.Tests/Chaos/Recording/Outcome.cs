namespace Soma.System.Tests.Chaos.Recording;

/// <summary>The outcome of an operation as far as its client can know it.</summary>
internal enum Outcome
{
    /// <summary>The answer is 200, or 404 to a read: the answer must be true.</summary>
    Done,

    /// <summary>The answer is 4xx: the state at that moment did not allow the write.</summary>
    Refused,

    /// <summary>
    /// The request was not sent, or the answer says that it was not applied. For a read: there is no answer.
    /// </summary>
    NotApplied,

    /// <summary>
    /// There is no answer, or the answer says that the outcome is unknown: the write was applied once or not at all.
    /// </summary>
    Unknown,
}
