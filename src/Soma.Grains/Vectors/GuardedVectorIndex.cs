using Polly;
using Polly.CircuitBreaker;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors;

/// <summary>
/// A vector tier behind a circuit breaker. While the tier does not answer, calls fail at once, and from time to time one call
/// tries whether it answers again. Without the breaker, every search would wait for its deadline.
/// </summary>
/// <remarks>Only <see cref="VectorTierUnavailableException"/> counts as a failure, because a tier that refuses a request has answered.</remarks>
public sealed class GuardedVectorIndex : IVectorIndex
{
    private const double FailuresOfCalls = 0.5;

    private readonly IVectorIndex _tier;
    private readonly ResiliencePipeline _breaker;

    /// <param name="tier">The tier behind the breaker.</param>
    /// <param name="callsBeforeBreak">How many calls within the window open the circuit if half of them fail; at least 2.</param>
    /// <param name="window">How long the result of a call counts.</param>
    /// <param name="breakDuration">How long calls fail at once.</param>
    /// <param name="clock">Measures both durations.</param>
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

    public Task DeleteNamespaceAsync(long namespaceId, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        await _tier.DeleteNamespaceAsync(namespaceId, cancellationToken);
        return true;
    });

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
            // This goes through the breaker like other calls. Where nobody searches, it is the call that finds the tier answering again.
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
