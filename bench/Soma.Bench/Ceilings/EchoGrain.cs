namespace Soma.Bench.Ceilings;

/// <summary>A grain that does nothing: what a call of it costs, every call of a namespace costs at least.</summary>
[Alias("soma.bench.IEchoGrain")]
public interface IEchoGrain : IGrainWithStringKey
{
    /// <summary>Returns its argument.</summary>
    [Alias("EchoAsync")]
    Task<byte[]> EchoAsync(byte[] body);
}

internal sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<byte[]> EchoAsync(byte[] body) => Task.FromResult(body);
}
