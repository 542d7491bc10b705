namespace Soma.Grains.Engine.Forgetting;

/// <summary>One commit of the series that follows a lowered bound: it does nothing itself, and what exceeds the bound is evicted with it.</summary>
internal sealed record EvictExcess : WriteOperation;
