namespace Soma.Grains.Searching.Indexing;

/// <summary>A better vector for a slot that may be published already; null: there will be none, what is there stays.</summary>
internal readonly record struct VectorChange(int Slot, float[]? Vector);
