using System.Buffers;

namespace Soma.Grains.Embeddings.Unicode;

/// <summary>A list of code points that grows. It begins in a buffer of the caller's and takes larger ones from the shared pool.</summary>
internal ref struct CodePoints(Span<int> initial)
{
    private Span<int> _buffer = initial;
    private int[]? _rented;
    private int _count;

    public readonly Span<int> Written => _buffer[.._count];

    public readonly int Count => _count;

    public void Add(int codePoint)
    {
        if (_count == _buffer.Length)
        {
            Grow();
        }

        _buffer[_count++] = codePoint;
    }

    public void Clear() => _count = 0;

    public void Shorten(int count) => _count = count;

    /// <summary>Takes out the code points for which the test holds.</summary>
    public void RemoveWhere(Func<int, bool> isRemoved)
    {
        var count = 0;
        foreach (var codePoint in Written)
        {
            if (!isRemoved(codePoint))
            {
                _buffer[count++] = codePoint;
            }
        }

        _count = count;
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<int>.Shared.Return(_rented);
            _rented = null;
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<int>.Shared.Rent(2 * _buffer.Length);
        Written.CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<int>.Shared.Return(_rented);
        }

        _rented = larger;
        _buffer = larger;
    }
}
