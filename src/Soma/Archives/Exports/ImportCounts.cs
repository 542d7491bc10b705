namespace Soma.Archives.Exports;

/// <summary>What was written through a service.</summary>
internal readonly record struct ImportCounts(long Memories, long Links, long Deletes);
