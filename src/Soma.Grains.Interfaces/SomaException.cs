namespace Soma.Grains.Interfaces;

/// <summary>Whether a failed write may have changed anything.</summary>
[GenerateSerializer, Alias("soma.write-outcome")]
public enum WriteOutcome
{
    NotApplied = 0,
    Unknown = 1,
}

/// <summary>A failure that the request did not cause. A grain throws no exceptions but these to its gateway.</summary>
[GenerateSerializer, Alias("soma.exception")]
public abstract class SomaException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same request may be sent again.</summary>
    public virtual bool IsRetryable => true;

    /// <summary>What is known about the outcome of a write.</summary>
    public virtual WriteOutcome Outcome => WriteOutcome.NotApplied;
}

/// <summary>The namespace's commit queue is full, or too many searches wait on the silo: 503 with Retry-After, nothing was applied.</summary>
[GenerateSerializer, Alias("soma.overloaded")]
public sealed class OverloadedException(string message) : SomaException(message)
{
    /// <summary>Whether too many searches wait, rather than writes. Silos of older versions do not set it, so false may mean either.</summary>
    [Id(0)] public bool OfSearches { get; init; }
}

/// <summary>The canonical store cannot be reached or refused the work: 503 with Retry-After, nothing was applied.</summary>
[GenerateSerializer, Alias("soma.store-unavailable")]
public sealed class StoreUnavailableException(string message, Exception? inner = null) : SomaException(message, inner)
{
    /// <summary>
    /// What the caller is told if the store lacks writes that were acknowledged, and waits for an operator; null: it is away for now.
    /// Gateways of older versions do not read it, and say that the store cannot be reached.
    /// </summary>
    [Id(0)] public string? Loss { get; init; }
}

/// <summary>The request needs the whole namespace in memory, and it is not loaded: 503. The message says why.</summary>
[GenerateSerializer, Alias("soma.index-incomplete")]
public sealed class IndexIncompleteException(string message) : SomaException(message);

/// <summary>This activation no longer owns its namespace; another does. Nothing was applied; send again.</summary>
[GenerateSerializer, Alias("soma.replaced")]
public sealed class ReplacedException(string message) : SomaException(message);

/// <summary>The caller's deadline passed before the request was decided: 504, nothing was applied.</summary>
[GenerateSerializer, Alias("soma.deadline-passed")]
public sealed class DeadlinePassedException(string message) : SomaException(message);

/// <summary>The caller's deadline passed before the store said whether the commit was applied: 504 <c>unknown</c>.</summary>
[GenerateSerializer, Alias("soma.outcome-unknown")]
public sealed class OutcomeUnknownException(string message) : SomaException(message)
{
    public override bool IsRetryable => false;

    public override WriteOutcome Outcome => WriteOutcome.Unknown;
}
