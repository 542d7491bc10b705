namespace Soma.System.Tests.Chaos.Checking;

/// <summary>What the store says a coordinate holds now.</summary>
internal readonly record struct StoredMemory(string Coordinate, long Seq, long Version, bool IsAlive);
