using System.Diagnostics.CodeAnalysis;

namespace Soma.Grains.Engine.Mapping;

/// <summary>Makes the maps of all namespaces of a silo, one after the other, on a thread that has only the time that others leave.</summary>
/// <param name="scheduler">Where maps are computed.</param>
[SuppressMessage("Design", "CA1001", Justification = "Nothing waits by a handle, so nothing leaks.")]
public sealed class MapPool(TaskScheduler scheduler)
{
    private readonly SemaphoreSlim _place = new(1);

    /// <summary>Runs <paramref name="make"/> on the caller's turns when no other map is being made.</summary>
    internal async Task<T> RunAsync<T>(Func<Task<T>> make, CancellationToken cancellationToken)
    {
        await _place.WaitAsync(cancellationToken);
        try
        {
            return await make();
        }
        finally
        {
            _place.Release();
        }
    }

    /// <summary>Computes off the caller's turn.</summary>
    internal Task<T> ComputeAsync<T>(Func<T> compute, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(compute, cancellationToken, TaskCreationOptions.DenyChildAttach, scheduler);
}
