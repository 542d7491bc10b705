namespace Soma.Grains.Engine.Tier;

/// <summary>
/// The vector tier has no such space: it was never created, or its data is lost. Create it, and index from zero.
/// </summary>
public sealed class VectorSpaceMissingException(string message, Exception? inner = null) : Exception(message, inner);
