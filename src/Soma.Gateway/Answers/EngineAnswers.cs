namespace Soma.Gateway.Answers;

// The engine writes these bodies itself, because the receipt of a write stores its answer (Engine/Committing/Answers.cs). These
// records only describe the bodies in the OpenAPI document.

internal sealed record Stored(
    string Coord,
    MemoryKind MemoryType,
    bool Ok,
    [property: Description("Place of this write in its namespace's order.")] long Seq,
    [property: Description("1 for a memory's first write; versions go on after a delete.")] long Version,
    [property: Description("precomputed for a brought vector, else the model's name.")] string EmbeddingSource);

internal sealed record StoredBatch(int Stored, long SeqFirst, long SeqLast, Stored[] Results);

internal sealed record DeletedMemory(string Coord, bool Deleted, long Seq);

internal sealed record StoredLink(string FromCoord, string ToCoord, string LinkType, bool Ok, long Seq);

internal sealed record DeletedLink(string FromCoord, string ToCoord, string LinkType, bool Deleted, long Seq);
