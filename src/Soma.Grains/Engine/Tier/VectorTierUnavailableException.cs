namespace Soma.Grains.Engine.Tier;

/// <summary>The vector tier is not to be had: away, overloaded, full, or it does not let us in. Try later.</summary>
public sealed class VectorTierUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
