namespace Soma.Gateway.Limits;

/// <summary>
/// The moments of one caller's requests within the last window, in a ring buffer. Not thread-safe: the owner must hold
/// a lock.
/// </summary>
/// <remarks>
/// A limit of up to <see cref="MaxMoments"/> is counted exactly. Above it, requests that arrive within a thousandth of
/// the window are stored as one moment, the latest of theirs. They leave the window slightly late, never early, and
/// memory stays bounded.
/// </remarks>
internal sealed class SlidingWindow(int limit, long windowTicks)
{
    public const int MaxMoments = 1024;

    private readonly long _grid = Grid(limit, windowTicks);
    private (long At, int Count)[] _moments = new (long, int)[8];
    private int _first;
    private int _length;
    private int _taken;

    /// <summary>
    /// The width of the grid cells in which moments are merged; 0: each request is stored as its own moment.
    /// </summary>
    /// <remarks>
    /// A window that is 1,023 cells long touches at most 1,024 cells, so it never holds more moments than that.
    /// </remarks>
    public static long Grid(int limit, long window) => limit <= MaxMoments ? 0 : (window / (MaxMoments - 1)) + 1;

    /// <summary>Whether the window holds no request any more.</summary>
    public bool IsIdle(long now)
    {
        Expire(now);
        return _length == 0;
    }

    /// <summary>Whether another request would be let through.</summary>
    public bool HasRoom(long now)
    {
        Expire(now);
        return _taken < limit;
    }

    /// <summary>Counts a request, for which there must be room.</summary>
    public void Take(long now) => Append(now);

    public WindowState StateAt(long now) =>
        new(limit - _taken, _length == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(_moments[_first].At + windowTicks - now));

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
            // The grid is fixed. If a cell began at the last moment instead, a steady stream of requests would never
            // begin a new cell.
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
