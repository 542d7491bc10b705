namespace Soma.Gateway.Sending;

/// <summary>Why an attempt after the first goes out.</summary>
internal enum RetryReason
{
    /// <summary>The owner was replaced by another.</summary>
    Replaced,

    /// <summary>The runtime refused to run it, or its owner refused it for now.</summary>
    Rejected,

    /// <summary>A silo went away, or could not be connected to.</summary>
    Unreachable,

    /// <summary>The runtime gave the attempt up.</summary>
    Timeout,

    /// <summary>The attempt before has said nothing yet and stays pending: a hedge.</summary>
    Silence,
}
