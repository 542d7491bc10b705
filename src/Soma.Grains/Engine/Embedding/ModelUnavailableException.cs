namespace Soma.Grains.Engine.Embedding;

/// <summary>A sentence model did not answer; the same text may be sent again later.</summary>
public sealed class ModelUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
