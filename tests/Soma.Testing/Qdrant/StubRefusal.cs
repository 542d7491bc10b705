namespace Soma.Testing.Qdrant;

/// <summary>A request that the stub answers with an error of Qdrant's.</summary>
internal sealed class StubRefusal(int status, string message) : Exception(message)
{
    public int Status => status;
}
