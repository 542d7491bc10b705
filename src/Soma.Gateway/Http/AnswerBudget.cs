namespace Soma.Gateway.Http;

/// <summary>Bounds the memory that large answers hold together while their clients read them.</summary>
/// <remarks>
/// A client may take minutes over an answer of 8 MB, and the memories it shows stay in this process until then: 200 slow readers
/// once took a process from 400 MB to 2.5 GB. What does not fit is refused before its first byte, so its client can ask again.
/// An answer larger than the budget passes when it is alone, or it could never be read.
/// </remarks>
internal sealed class AnswerBudget(GatewayOptions options, GatewayInstruments instruments)
{
    private readonly Lock _gate = new();
    private long _taken;

    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            if (_taken > 0 && _taken + bytes > options.AnswerMemoryBytes)
            {
                instruments.OnAnswerRefused();
                return false;
            }

            _taken += bytes;
            instruments.OnAnswerBytes(_taken);
            return true;
        }
    }

    public void Return(long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            instruments.OnAnswerBytes(_taken);
        }
    }
}
