using System.Collections.Concurrent;

namespace Soma.System.Tests.Chaos.Recording;

/// <summary>All operations of all clients of a run, as the clients saw them.</summary>
internal sealed class History
{
    private readonly ConcurrentQueue<Operation> _operations = [];

    public int Count => _operations.Count;

    public void Add(Operation operation) => _operations.Enqueue(operation);

    public IReadOnlyList<Operation> Operations => [.. _operations];
}
