using Microsoft.Extensions.VectorData;
using Soma.Client;

namespace Soma.VectorData;

internal static class Failures
{
    /// <summary>What the call gives; a failure of the service as the exception that users of vector stores expect.</summary>
    public static async Task<T> ToldAsync<T>(Task<T> call, string? collection, string operation)
    {
        try
        {
            return await call;
        }
        catch (SomaException e)
        {
            throw new VectorStoreException(e.Message, e)
            {
                VectorStoreSystemName = SomaVectorStore.SystemName,
                CollectionName = collection,
                OperationName = operation,
            };
        }
    }
}
