namespace Soma.Grains.Engine.Tier;

/// <summary>
/// The vector tier cannot be used now: it is down, overloaded or full, or it rejects the API key. Try again later.
/// </summary>
public sealed class VectorTierUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
