namespace Soma.System.Tests.Chaos.Checking;

/// <summary>The current row of a coordinate in the store.</summary>
internal readonly record struct StoredMemory(string Coordinate, long Seq, long Version, bool IsAlive);
