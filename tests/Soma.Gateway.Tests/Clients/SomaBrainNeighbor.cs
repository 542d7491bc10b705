namespace Soma.Gateway.Tests.Clients;

/// <summary>A neighbour as SomaBrain's graph client reads it.</summary>
/// <param name="Coordinate">It splits a comma string; a list would crash it.</param>
internal sealed record SomaBrainNeighbor(double[] Coordinate, string LinkType, double Strength);
