namespace Soma.Bench.Retrieval;

/// <summary>What is measured: something that stores conversations and finds turns.</summary>
public interface IRetrievalTarget : IDisposable
{
    /// <summary>Stores one conversation's turns, in order, as memories of one namespace.</summary>
    Task StoreAsync(string conversation, IReadOnlyList<EvalMemory> memories);

    /// <summary>Indexes (into what was stored) of the hits, best first.</summary>
    Task<IReadOnlyList<int>> SearchAsync(string conversation, string query, int topK);
}
