using Orleans.Runtime.Messaging;
using Soma.Grains.Interfaces;

namespace Soma.Gateway;

/// <summary>The gateway's only way to the grains: sends, waits no longer than the patience, and sends again after a silo failed.</summary>
/// <remarks>
/// <para>Sending again is safe because every write carries a key (the client's, or one that the gateway made): what the first
/// attempt did, its repetition answers from the receipt. So a timeout or a lost silo is repeated until the patience ends.</para>
/// <para>Once an attempt may have been applied, "nothing was applied" from a later attempt speaks only of that later attempt:
/// the whole is then reported as <see cref="OutcomeUnknownException"/>, never as not applied.</para>
/// </remarks>
public sealed class NamespaceClient(IGrainFactory grains, GatewayOptions options, TimeProvider clock)
{
    // The grain's own word on a deadline says more than a timer here: give it the time to arrive.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends a write. It takes no token: a client that hangs up does not undo what it asked for.</summary>
    public Task<WriteReply> WriteAsync(NamespaceKey key, WriteCommand command) =>
        SendAsync(
            key,
            (grain, attempt) => grain.WriteAsync(attempt.Number == 1
                ? command
                : command with { Key = Repeated(command.Key, attempt.Number), Patience = attempt.Patience }),
            isWrite: true,
            CancellationToken.None);

    public Task<DeleteManyReply> DeleteManyAsync(NamespaceKey key, DeleteMany request) =>
        SendAsync(
            key,
            (grain, attempt) => grain.DeleteManyAsync(attempt.Number == 1
                ? request
                : request with { Key = Repeated(request.Key, attempt.Number), Patience = attempt.Patience }),
            isWrite: true,
            CancellationToken.None);

    public Task<GetMemoryReply> GetAsync(NamespaceKey key, GetMemory query, CancellationToken cancellationToken) =>
        ReadAsync(key, (grain, patience) => grain.GetAsync(query with { Patience = patience }, cancellationToken), cancellationToken);

    public Task<ListReply> ListAsync(NamespaceKey key, ListMemories query, CancellationToken cancellationToken) =>
        ReadAsync(key, (grain, patience) => grain.ListAsync(query with { Patience = patience }, cancellationToken), cancellationToken);

    public Task<SearchReply> SearchAsync(NamespaceKey key, SearchMemories query, CancellationToken cancellationToken) =>
        ReadAsync(key, (grain, patience) => grain.SearchAsync(query with { Patience = patience }, cancellationToken), cancellationToken);

    public Task<NeighborsReply> GetNeighborsAsync(NamespaceKey key, GetNeighbors query, CancellationToken cancellationToken) =>
        ReadAsync(key, (grain, patience) => grain.GetNeighborsAsync(query with { Patience = patience }, cancellationToken), cancellationToken);

    public Task<PathReply> FindPathAsync(NamespaceKey key, FindPath query, CancellationToken cancellationToken) =>
        ReadAsync(key, (grain, patience) => grain.FindPathAsync(query with { Patience = patience }, cancellationToken), cancellationToken);

    private static IdempotencyKey? Repeated(IdempotencyKey? key, int attempt) => key is null ? null : key with { Attempt = attempt };

    private Task<TReply> ReadAsync<TReply>(
        NamespaceKey key, Func<INamespaceGrain, TimeSpan, Task<TReply>> send, CancellationToken cancellationToken) =>
        SendAsync(key, (grain, attempt) => send(grain, attempt.Patience), isWrite: false, cancellationToken);

    private async Task<TReply> SendAsync<TReply>(
        NamespaceKey key, Func<INamespaceGrain, Attempt, Task<TReply>> send, bool isWrite, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var grain = grains.GetGrain<INamespaceGrain>(key.ToGrainKey());
        var mayHaveBeenApplied = false;
        for (var number = 1; ; number++)
        {
            var patience = options.Patience - clock.GetElapsedTime(started);
            try
            {
                return await send(grain, new Attempt(number, patience)).WaitAsync(patience + Grace, clock, cancellationToken);
            }
            catch (Exception e) when (IsWorthAnotherAttempt(e))
            {
                mayHaveBeenApplied |= isWrite && MayHaveBeenApplied(e);
                var pause = Pause(number);
                if (clock.GetElapsedTime(started) + pause >= options.Patience)
                {
                    throw Final(e, mayHaveBeenApplied);
                }

                await Task.Delay(pause, clock, cancellationToken);
                // A timer may be late: what is left of the patience is what counts.
                if (clock.GetElapsedTime(started) >= options.Patience)
                {
                    throw Final(e, mayHaveBeenApplied);
                }
            }
            catch (SomaException e) when (mayHaveBeenApplied && e.Outcome == WriteOutcome.NotApplied)
            {
                throw Final(e, mayHaveBeenApplied);
            }
        }
    }

    private static bool IsWorthAnotherAttempt(Exception e) =>
        e is ReplacedException or OrleansMessageRejectionException or ConnectionFailedException or TimeoutException;

    // A rejected message was not run; one whose silo went away, or that was not answered, may have been.
    private static bool MayHaveBeenApplied(Exception e) => e is TimeoutException or SiloUnavailableException;

    private static Exception Final(Exception e, bool mayHaveBeenApplied) => (e, mayHaveBeenApplied) switch
    {
        (_, true) => new OutcomeUnknownException("No silo said in time whether the write was applied."),
        (TimeoutException, _) => new DeadlinePassedException("No silo answered in time."),
        _ => e,
    };

    private static TimeSpan Pause(int attempt)
    {
        var longest = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, attempt), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private readonly record struct Attempt(int Number, TimeSpan Patience);
}
