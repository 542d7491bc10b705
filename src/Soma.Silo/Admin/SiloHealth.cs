using System.Text.Json.Serialization;

namespace Soma.Silo.Admin;

/// <summary>
/// Tells whether this silo can serve: it is a cluster member, its store can be written to, and it is not shutting down.
/// </summary>
internal sealed class SiloHealth(
    ICanonicalStore store, OwnRow row, SiloExit exit, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    // A write to the store, at most once a second however often the health is asked for.
    private readonly CoalescedProbe<bool> _canary = new(() => WriteCanaryAsync(store, clock), clock);

    public async Task<SiloReadiness> CheckAsync() => new()
    {
        Membership = row.Latest,
        Store = await TryWriteCanaryAsync(),
        Stopping = lifetime.ApplicationStopping.IsCancellationRequested || exit.Code != ExitCode.Stopped,
    };

    private static async Task<bool> WriteCanaryAsync(ICanonicalStore store, TimeProvider clock)
    {
        using var deadline = new CancellationTokenSource(CoalescedProbe<bool>.MaxWait, clock);
        await store.CheckWritableAsync(deadline.Token).WaitAsync(deadline.Token);
        return true;
    }

    private async Task<bool> TryWriteCanaryAsync()
    {
        try
        {
            return await _canary.GetAsync();
        }
        catch (Exception e) when (e is SomaException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>The answer of a silo's <c>/health/ready</c>.</summary>
internal sealed record SiloReadiness
{
    public required RowState Membership { get; init; }

    /// <summary>Whether a write to the store just succeeded.</summary>
    public required bool Store { get; init; }

    public required bool Stopping { get; init; }

    /// <summary>
    /// A silo that has joined stays ready while the membership table cannot be reached, because it goes on serving.
    /// </summary>
    public bool Ready => Store && !Stopping && Membership is RowState.Active or RowState.Unreachable;
}

/// <summary>Writes the answer as JSON in snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SiloReadiness))]
internal sealed partial class SiloReadinessJson : JsonSerializerContext;
