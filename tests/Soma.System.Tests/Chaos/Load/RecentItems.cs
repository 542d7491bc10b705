using System.Diagnostics.CodeAnalysis;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>Keeps the most recent items, from which one can be picked at random.</summary>
internal sealed class RecentItems<T>(int capacity)
{
    private readonly List<T> _items = [];
    private int _next;

    public void Add(T item)
    {
        lock (_items)
        {
            if (_items.Count < capacity)
            {
                _items.Add(item);
            }
            else
            {
                _items[_next++ % capacity] = item;
            }
        }
    }

    public bool TryPick(Random random, [MaybeNullWhen(false)] out T item)
    {
        lock (_items)
        {
            item = _items.Count > 0 ? _items[random.Next(_items.Count)] : default;
            return _items.Count > 0;
        }
    }
}
