using Soma.Grains.Storage;

namespace Soma.Testing.Vectors;

/// <summary>Index cursors in memory, with the same conditions as in a store.</summary>
public sealed class InMemoryIndexCursors : IIndexCursorStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(long, string), IndexCursor> _cursors = [];

    public Task<IndexCursor?> ReadAsync(long namespaceId, string space, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IndexCursor?>(_cursors.TryGetValue((namespaceId, space), out var cursor) ? cursor : null);
        }
    }

    public Task<bool> MoveAsync(long namespaceId, string space, IndexCursor? expected, IndexCursor next, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            IndexCursor? held = _cursors.TryGetValue((namespaceId, space), out var cursor) ? cursor : null;
            if (held != expected)
            {
                return Task.FromResult(false);
            }

            _cursors[(namespaceId, space)] = next;
            return Task.FromResult(true);
        }
    }
}
