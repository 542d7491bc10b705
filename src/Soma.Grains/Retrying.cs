using Polly;
using Polly.Retry;

namespace Soma.Grains;

/// <summary>Retries something, with growing pauses, until it succeeds, fails for good, or the time is over.</summary>
/// <param name="firstPause">The pause before the second attempt, doubled before each further one. A random part of up to a half is taken off each, so that callers that failed together do not retry together.</param>
/// <param name="longestPause">The longest pause; doubling stops there.</param>
/// <param name="askedPause">
/// Judges the outcome of an attempt. Null: the outcome is final. Otherwise another attempt may succeed after at least this pause, which
/// is zero if the other side asked for none. Example: a 503 with <c>Retry-After: 2</c> gives two seconds.
/// </param>
/// <param name="clock">Measures time and pauses.</param>
public sealed class Retrying<T>(TimeSpan firstPause, TimeSpan longestPause, Func<T, TimeSpan?> askedPause, TimeProvider clock)
{
    // More doublings change nothing: 2^20 times the first pause is longer than any longest pause.
    private const int MostDoublings = 20;

    private static readonly ResiliencePropertyKey<Run> RunKey = new(nameof(Run));

    private readonly ResiliencePipeline<T> _pipeline = new ResiliencePipelineBuilder<T> { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions<T>
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is null && args.Context.Properties.GetValue(RunKey, Run.None).GoesOn(args.Outcome.Result, args.AttemptNumber)),
            DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(args.Context.Properties.GetValue(RunKey, Run.None).Pause),
        })
        .Build();

    /// <summary>Makes attempts until an outcome is final, or until the next pause would end beyond the deadline.</summary>
    /// <returns>The last attempt's outcome.</returns>
    public async Task<T> RunAsync(Func<CancellationToken, ValueTask<T>> attempt, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(RunKey, new Run(this, clock.GetTimestamp(), deadline));
            return await _pipeline.ExecuteAsync(static (context, attempt) => attempt(context.CancellationToken), context, attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private TimeSpan PauseAfter(int attempt, TimeSpan asked)
    {
        var usual = firstPause * Math.Pow(2, Math.Min(attempt, MostDoublings));
        usual = (usual < longestPause ? usual : longestPause) * (1 - (Random.Shared.NextDouble() / 2));
        return asked > usual ? asked : usual;
    }

    /// <summary>One call's attempts: when they began, and the pause before the next.</summary>
    private sealed class Run(Retrying<T>? rules, long started, TimeSpan deadline)
    {
        public static Run None { get; } = new(null, 0, TimeSpan.Zero);

        public TimeSpan Pause { get; private set; }

        public bool GoesOn(T? outcome, int attempt)
        {
            if (rules is null || outcome is null || rules.Judge(outcome) is not { } asked)
            {
                return false;
            }

            Pause = rules.PauseAfter(attempt, asked);
            return rules.Elapsed(started) + Pause < deadline;
        }
    }

    private TimeSpan? Judge(T outcome) => askedPause(outcome);

    private TimeSpan Elapsed(long started) => clock.GetElapsedTime(started);
}
