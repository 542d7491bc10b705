namespace Soma.Grains.Interfaces;

/// <summary>Whether the write that failed changed anything.</summary>
[GenerateSerializer, Alias("soma.write-outcome")]
public enum WriteOutcome
{
    NotApplied = 0,
    Unknown = 1,
}

/// <summary>A failure that is nobody's bad request: the closed set of what a grain may throw at its gateway.</summary>
[GenerateSerializer, Alias("soma.exception")]
public abstract class SomaException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same request may be sent again.</summary>
    public abstract bool IsRetryable { get; }

    /// <summary>What is known of the write.</summary>
    public virtual WriteOutcome Outcome => WriteOutcome.NotApplied;
}

/// <summary>The namespace's commit queue is full, or too many searches wait on the silo: 503 with Retry-After, nothing was applied.</summary>
[GenerateSerializer, Alias("soma.overloaded")]
public sealed class OverloadedException(string message) : SomaException(message)
{
    /// <summary>Whether it is searches that wait. Silos of older versions do not say so; false then means either.</summary>
    [Id(0)] public bool OfSearches { get; init; }

    public override bool IsRetryable => true;
}

/// <summary>The canonical store cannot be reached or refused the work: 503 with Retry-After, nothing was applied.</summary>
[GenerateSerializer, Alias("soma.store-unavailable")]
public sealed class StoreUnavailableException(string message, Exception? inner = null) : SomaException(message, inner)
{
    public override bool IsRetryable => true;
}

/// <summary>The request needs the whole namespace in memory, and it is not there: 503; the message says why.</summary>
[GenerateSerializer, Alias("soma.index-incomplete")]
public sealed class IndexIncompleteException(string message) : SomaException(message)
{
    public override bool IsRetryable => true;
}

/// <summary>This activation no longer owns its namespace; another does. Nothing was applied; send again.</summary>
[GenerateSerializer, Alias("soma.replaced")]
public sealed class ReplacedException(string message) : SomaException(message)
{
    public override bool IsRetryable => true;
}

/// <summary>The caller's patience ended before the request was decided: 504, nothing was applied.</summary>
[GenerateSerializer, Alias("soma.deadline-passed")]
public sealed class DeadlinePassedException(string message) : SomaException(message)
{
    public override bool IsRetryable => true;
}

/// <summary>The store did not say whether the commit happened before the caller's patience ended: 504 <c>unknown</c>.</summary>
[GenerateSerializer, Alias("soma.outcome-unknown")]
public sealed class OutcomeUnknownException(string message) : SomaException(message)
{
    public override bool IsRetryable => false;

    public override WriteOutcome Outcome => WriteOutcome.Unknown;
}
