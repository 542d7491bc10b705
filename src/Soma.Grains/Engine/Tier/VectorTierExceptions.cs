namespace Soma.Grains.Engine.Tier;

/// <summary>
/// The vector tier cannot be used now: it is down, overloaded or full, or it rejects the API key. Try again later.
/// </summary>
public sealed class VectorTierUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The vector tier refuses this request. Sending the same request again will fail again.</summary>
public sealed class VectorTierRejectedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The vector tier has no such space: it was never created, or its data is lost. Create it, and index from zero.
/// </summary>
public sealed class VectorSpaceMissingException(string message, Exception? inner = null) : Exception(message, inner);
