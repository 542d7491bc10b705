namespace Soma.Calibrating;

/// <summary>A query and a memory, as relevance sees them, and whether the memory has to do with the query.</summary>
/// <param name="Query">The number of the query. The pairs of one query are either fitted to or held out together.</param>
/// <param name="Cosine">Cosine of the query's and the memory's vectors by the namespace's own embedder.</param>
/// <param name="Cover">The share of the query's words that stand in the memory or near it.</param>
/// <param name="Relevant">The chance that the memory has to do with the query; 0 or 1 where somebody judged it.</param>
public readonly record struct LabelledPair(int Query, double Cosine, double Cover, double Relevant)
{
    public bool IsRelevant => Relevant >= 0.5;
}
