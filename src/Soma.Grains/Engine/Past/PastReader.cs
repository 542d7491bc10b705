using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Past;

/// <summary>Gives reads of a namespace the state of a past moment. Runs on the grain's turn; the states are made off it.</summary>
internal sealed class PastReader(EngineServices services, RowReader reader, MomentFinder moments, NamespaceConfiguration configuration)
{
    public MomentFinder Moments => moments;

    /// <summary>The memories after a seq.</summary>
    public Task<PastIndex> ReadIndexAsync(long namespaceId, long seq, CancellationToken deadline)
    {
        var settings = configuration.Settings;
        return WithoutPurgedAsync(() =>
        {
            // The settings are told apart by reference: whoever sets them again, sets a new object.
            var key = (namespaceId, seq, reader.Purges, new Identity(settings));
            var making = new PastMaking(
                configuration.Indexer, configuration.SequenceFields, configuration.IsBroughtText,
                configuration.Models.Table?.Dimension ?? EmbeddingSpace.BuiltIn.Dimension);
            return services.PastStates.GetAsync(
                key, report => PastIndex.ReadAsync(services, namespaceId, seq, making, report), deadline);
        });
    }

    /// <summary>The links after a seq.</summary>
    public Task<PastLinks> ReadLinksAsync(long namespaceId, long seq, CancellationToken deadline) => services.PastStates.GetAsync(
        (namespaceId, seq),
        report => PastLinks.ReadAsync(services.Past, namespaceId, seq, services.PastStates.LimitBytes, report),
        deadline);

    /// <summary>Reads again if a purge was committed meanwhile, because what was read may hold what was purged.</summary>
    private async Task<T> WithoutPurgedAsync<T>(Func<Task<T>> read)
    {
        while (true)
        {
            var purges = reader.Purges;
            var state = await read();
            if (purges == reader.Purges)
            {
                return state;
            }
        }
    }

    /// <summary>Equal to itself only, whatever the record inside says of equality.</summary>
    private readonly struct Identity(object target) : IEquatable<Identity>
    {
        private readonly object _target = target;

        public bool Equals(Identity other) => ReferenceEquals(_target, other._target);

        public override bool Equals(object? obj) => obj is Identity other && Equals(other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_target);
    }
}
