using Polly;
using Polly.CircuitBreaker;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Vectors;

/// <summary>
/// A vector tier behind a circuit breaker: while it does not answer, calls fail at once, and now and then one tries whether it is
/// back. Searches would otherwise all wait for the same nothing.
/// </summary>
/// <remarks>Only <see cref="VectorTierUnavailableException"/> is a failure: a refused request was answered.</remarks>
public sealed class GuardedVectorIndex : IVectorIndex
{
    private const double FailuresOfCalls = 0.5;

    private readonly IVectorIndex _tier;
    private readonly ResiliencePipeline _breaker;

    /// <param name="tier">What is guarded.</param>
    /// <param name="callsBeforeBreak">Calls within the window, half of which fail, that open the circuit; at least 2.</param>
    /// <param name="window">How long a call counts.</param>
    /// <param name="breakDuration">How long calls fail at once.</param>
    /// <param name="clock">Measures both.</param>
    public GuardedVectorIndex(IVectorIndex tier, int callsBeforeBreak, TimeSpan window, TimeSpan breakDuration, TimeProvider clock)
    {
        _tier = tier;
        _breaker = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<VectorTierUnavailableException>(),
                FailureRatio = FailuresOfCalls,
                MinimumThroughput = callsBeforeBreak,
                SamplingDuration = window,
                BreakDuration = breakDuration,
            })
            .Build();
    }

    public Task EnsureAsync(EmbeddingSpace space, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        await _tier.EnsureAsync(space, cancellationToken);
        return true;
    });

    public Task<VectorWrite> UpsertAsync(EmbeddingSpace space, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.UpsertAsync(space, points, cancellationToken));

    public Task<VectorWrite> DeleteAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.DeleteAsync(space, namespaceId, coordinates, cancellationToken));

    public Task<VectorWrite> DeleteNamespaceAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.DeleteNamespaceAsync(space, namespaceId, cancellationToken));

    public Task DeleteExpiredAsync(Instant before, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        await _tier.DeleteExpiredAsync(before, cancellationToken);
        return true;
    });

    public Task<VectorAnswer> QueryAsync(EmbeddingSpace space, VectorQuery query, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.QueryAsync(space, query, cancellationToken));

    public Task<StoredPoints> ScrollAsync(
        EmbeddingSpace space, long namespaceId, Guid? from, int limit, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.ScrollAsync(space, namespaceId, from, limit, cancellationToken));

    public Task<IReadOnlyList<StoredPoint>> ReadAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.ReadAsync(space, namespaceId, coordinates, cancellationToken));

    public Task<IndexCursor?> ReadMarkAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.ReadMarkAsync(space, namespaceId, cancellationToken));

    public Task<VectorWrite> WriteMarkAsync(EmbeddingSpace space, long namespaceId, IndexCursor mark, CancellationToken cancellationToken) =>
        CallAsync(() => _tier.WriteMarkAsync(space, namespaceId, mark, cancellationToken));

    /// <summary>
    /// While the circuit breaker is open this returns false without a request, because a health page must not wait for
    /// a tier that is known to be down.
    /// </summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            // As a call like the others: where nobody searches, this one finds out that the tier is back.
            return await CallAsync(async () =>
                await _tier.IsReadyAsync(cancellationToken) ? true : throw new VectorTierUnavailableException("The vector tier is not ready."));
        }
        catch (VectorTierUnavailableException)
        {
            return false;
        }
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await _breaker.ExecuteAsync(static async (call, _) => await call(), call);
        }
        catch (BrokenCircuitException)
        {
            throw new VectorTierUnavailableException("The vector tier failed repeatedly and is not asked for a while.");
        }
    }
}
