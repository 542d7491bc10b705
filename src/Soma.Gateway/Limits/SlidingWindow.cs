namespace Soma.Gateway.Limits;

/// <summary>One caller's requests of the last window, as a ring of moments. Not thread-safe: its owner locks it.</summary>
/// <remarks>
/// A limit of up to <see cref="MaxMoments"/> is counted exactly. Above it, requests that come within a thousandth of a window of
/// each other share a moment, the latest of theirs: they leave the window a trifle late, never early, and memory stays bounded.
/// </remarks>
internal sealed class SlidingWindow(int limit, long windowTicks)
{
    public const int MaxMoments = 1024;

    private readonly long _grid = Grid(limit, windowTicks);
    private (long At, int Count)[] _moments = new (long, int)[8];
    private int _first;
    private int _length;
    private int _taken;

    /// <summary>The width of the grid on which moments are merged; 0: each request is a moment.</summary>
    /// <remarks>A window over 1,023 cells touches 1,024, so never holds more moments than that.</remarks>
    public static long Grid(int limit, long window) => limit <= MaxMoments ? 0 : (window / (MaxMoments - 1)) + 1;

    /// <summary>Whether no request of the last window is left in it.</summary>
    public bool IsIdle(long now)
    {
        Expire(now);
        return _length == 0;
    }

    public RateLimitDecision TryTake(long now)
    {
        Expire(now);
        var isAllowed = _taken < limit;
        if (isAllowed)
        {
            Append(now);
        }

        var oldest = _moments[_first].At;
        return new RateLimitDecision(isAllowed, limit - _taken, TimeSpan.FromTicks(oldest + windowTicks - now));
    }

    private void Expire(long now)
    {
        while (_length > 0 && _moments[_first].At + windowTicks <= now)
        {
            _taken -= _moments[_first].Count;
            _first = (_first + 1) % _moments.Length;
            _length--;
        }
    }

    private void Append(long now)
    {
        _taken++;
        if (_length > 0)
        {
            ref var last = ref _moments[(_first + _length - 1) % _moments.Length];
            // On a fixed grid: measured from the last moment instead, a steady stream would never start a new one.
            if (_grid > 0 && now / _grid == last.At / _grid)
            {
                last = (now, last.Count + 1);
                return;
            }
        }

        if (_length == _moments.Length)
        {
            Grow();
        }

        _moments[(_first + _length) % _moments.Length] = (now, 1);
        _length++;
    }

    private void Grow()
    {
        var larger = new (long, int)[_moments.Length * 2];
        for (var i = 0; i < _length; i++)
        {
            larger[i] = _moments[(_first + i) % _moments.Length];
        }

        _moments = larger;
        _first = 0;
    }
}
