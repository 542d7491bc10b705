namespace Soma.Testing.Qdrant;

/// <summary>A request that the stub answers with one of Qdrant's errors.</summary>
internal sealed class StubRefusal(int status, string message) : Exception(message)
{
    public int Status => status;
}
