namespace Soma.Grains.Engine.Tier;

/// <summary>The vector tier refuses this request. Sending the same request again will fail again.</summary>
public sealed class VectorTierRejectedException(string message, Exception? inner = null) : Exception(message, inner);
