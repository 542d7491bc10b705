namespace Soma.Gateway.Sending;

/// <summary>Whose failure an attempt's is.</summary>
internal enum AttemptFailureKind
{
    /// <summary>A silo's or the way to it: another attempt may well succeed.</summary>
    Silo,

    /// <summary>The service's own word (overloaded, store away, deadline passed): the caller's to act on.</summary>
    Verdict,

    /// <summary>A fault of ours: another attempt would meet it too.</summary>
    Fault,
}
