namespace Soma.Grains.Searching.Mapping;

/// <summary>The computation of one map, which is long: it says how far it is, ends when it is told to, and leaves room for requests.</summary>
/// <param name="report">Told how much is done, from 0 to 1.</param>
/// <param name="clock">Says when a pause is due.</param>
/// <param name="cancellationToken">Ends the computation.</param>
/// <remarks>
/// A thread that computes without a pause keeps a core for milliseconds, even at the lowest priority, and a request waits so long for it.
/// One that sleeps after every two milliseconds is put behind the requests.
/// </remarks>
public sealed class MapWork(Action<double> report, TimeProvider clock, CancellationToken cancellationToken)
{
    // Milliseconds.
    private const int Turn = 2;
    private const int Pause = 1;

    private long _turnBegan = clock.GetTimestamp();
    private double _before;
    private double _share;

    /// <summary>Begins the next part, which is <paramref name="share"/> of the whole.</summary>
    internal void Begin(double share) => (_before, _share) = (_before + _share, share);

    /// <summary>Is called by the computation several times a millisecond.</summary>
    /// <param name="done">How much of the part is done, from 0 to 1.</param>
    internal void Continue(double done)
    {
        cancellationToken.ThrowIfCancellationRequested();
        report(_before + (_share * done));
        if (clock.GetElapsedTime(_turnBegan).TotalMilliseconds >= Turn)
        {
            Thread.Sleep(Pause);
            _turnBegan = clock.GetTimestamp();
        }
    }
}
