using System.Runtime.CompilerServices;
using Soma.Archives.Objects;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>Objects in memory, with what a test needs: damage, locks, and a process that dies at a chosen write.</summary>
internal sealed class MemoryObjectStore : IObjectStore
{
    private readonly Lock _lock = new();
    private int _putsLeft = int.MaxValue;

    public SortedDictionary<string, (byte[] Content, DateTimeOffset? LockedUntil)> Objects { get; } = new(StringComparer.Ordinal);

    public List<string> Written { get; } = [];

    public List<string> Read { get; } = [];

    public string Name => "memory://backups";

    /// <summary>After so many writes nothing reaches the store any more, as if the process had been killed.</summary>
    public void DieAfter(int puts) => _putsLeft = puts;

    /// <summary>The time of every lock is over.</summary>
    public void Unlock()
    {
        foreach (var (name, (content, _)) in Objects.ToList())
        {
            Objects[name] = (content, null);
        }
    }

    public void Revive() => _putsLeft = int.MaxValue;

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        StoredObject[] found;
        lock (_lock)
        {
            found = [.. Objects.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(one => new StoredObject(one.Key, one.Value.Content.Length, DateTimeOffset.UtcNow))];
        }

        foreach (var one in found)
        {
            yield return one;
        }
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Read.Add(name);
            return Task.FromResult<Stream?>(Objects.TryGetValue(name, out var found) ? new MemoryStream(found.Content) : null);
        }
    }

    public async Task PutAsync(string name, Stream content, DateTimeOffset? lockedUntil, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        lock (_lock)
        {
            CheckAlive();
            Objects[name] = (copy.ToArray(), lockedUntil);
            Written.Add(name);
        }
    }

    public Task<bool> TryCreateAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            CheckAlive();
            return Task.FromResult(Objects.TryAdd(name, (content, null)));
        }
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            CheckAlive();
            var isLocked = Objects.TryGetValue(name, out var found) && found.LockedUntil is not null;
            return Task.FromResult(!isLocked && (Objects.Remove(name) || true));
        }
    }

    public void Dispose()
    {
        // The objects are the test's.
    }

    private void CheckAlive()
    {
        if (_putsLeft-- <= 0)
        {
            throw new ObjectStoreException("killed", new IOException());
        }
    }
}
