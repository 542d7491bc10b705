namespace Soma.Bench.Peers;

/// <summary>Another store of vectors, which is asked the same as Soma.</summary>
internal interface IVectorPeer : IAsyncDisposable
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Makes an empty store, puts the vectors into it under their numbers, and waits until they are indexed.</summary>
    Task FillAsync(IReadOnlyList<float[]> vectors);

    /// <summary>Opens a connection, which is used for one request after another.</summary>
    Task<IVectorPeerConnection> ConnectAsync();
}

/// <summary>A connection to a peer.</summary>
internal interface IVectorPeerConnection : IAsyncDisposable
{
    /// <summary>The numbers of the vectors that the peer takes for the nearest by cosine, nearest first.</summary>
    Task<IReadOnlyList<int>> SearchAsync(float[] query, int count);

    /// <summary>Puts one vector in, with the text of a memory beside it.</summary>
    Task StoreAsync(int number, float[] vector, string memory);
}
