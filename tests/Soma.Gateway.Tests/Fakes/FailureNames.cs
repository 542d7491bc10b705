using System.Reflection;
using Orleans.Runtime.Messaging;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Fakes;

/// <summary>Makes failures by their types' names, with "inside" as what must never be seen outside.</summary>
internal static class FailureNames
{
    public static Exception Make(string failure) => failure switch
    {
        nameof(OverloadedException) => new OverloadedException("inside"),
        nameof(StoreUnavailableException) => new StoreUnavailableException("inside"),
        nameof(IndexIncompleteException) => new IndexIncompleteException("inside"),
        nameof(ReplacedException) => new ReplacedException("inside"),
        nameof(DeadlinePassedException) => new DeadlinePassedException("inside"),
        nameof(OutcomeUnknownException) => new OutcomeUnknownException("inside"),
        nameof(SiloUnavailableException) => new SiloUnavailableException("inside"),
        nameof(OrleansMessageRejectionException) => Internal<OrleansMessageRejectionException>("inside"),
        nameof(ConnectionFailedException) => new ConnectionFailedException("inside"),
        nameof(ClientNotAvailableException) => Internal<ClientNotAvailableException>("inside"),
        nameof(GatewayTooBusyException) => new GatewayTooBusyException("inside"),
        nameof(LimitExceededException) => new LimitExceededException("inside"),
        nameof(OrleansException) => new OrleansException("inside"),
        nameof(TimeoutException) => new TimeoutException("inside"),
        nameof(OperationCanceledException) => new OperationCanceledException("inside"),
        nameof(ObjectDisposedException) => new ObjectDisposedException("inside"),
        nameof(InvalidOperationException) => new InvalidOperationException("inside"),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "No such failure."),
    };

    // The runtime keeps these constructors to itself.
    private static T Internal<T>(string message)
        where T : Exception =>
        (T)Activator.CreateInstance(typeof(T), BindingFlags.Instance | BindingFlags.NonPublic, null, [message], null)!;
}
