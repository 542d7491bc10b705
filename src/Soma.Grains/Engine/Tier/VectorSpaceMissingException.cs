namespace Soma.Grains.Engine.Tier;

/// <summary>The vector tier knows no such space: it was never made, or its data is lost. To be made, and indexed from zero.</summary>
public sealed class VectorSpaceMissingException(string message, Exception? inner = null) : Exception(message, inner);
