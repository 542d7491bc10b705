namespace Soma.Grains.Interfaces.Filtering;

/// <summary>What is wrong with a filter: the path of the part (dots between keys) and why; the gateway's 422.</summary>
public sealed record FilterError(string Path, string Message);
