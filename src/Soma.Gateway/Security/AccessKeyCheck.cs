using System.Collections.Concurrent;

namespace Soma.Gateway.Security;

/// <summary>Decides whose token a request has, if it is one of an access key. A decision is kept for at most five seconds.</summary>
/// <remarks>
/// <para><b>Revocation.</b> The five seconds count from before the silo was asked, so the answer to the question cannot be older. A key whose
/// revocation is stored is therefore refused by every gateway five seconds later at the latest, whatever silos, Redis or other gateways do.
/// They are over as soon as the monotonic or the wall clock says so, because a paused machine stops the first one.</para>
/// <para><b>Time of a request.</b> A key in use is asked about again in the background when half of the time is over, so its requests find the
/// decision in a dictionary. If the silos do not answer, the last decision holds until its time is over; after that the answer is 503.</para>
/// <para><b>Memory.</b> The number of kept decisions and of open questions is bounded, so a flood of made-up keys cannot fill the memory.</para>
/// </remarks>
internal sealed class AccessKeyCheck(AccessKeyClient client, TimeProvider clock, ILogger<AccessKeyCheck> logger)
{
    public static readonly TimeSpan KeptTime = TimeSpan.FromSeconds(5);

    private const int MostKept = 10_000;
    private const int MostWrong = 1_000;
    private const int MostQuestions = 1_000;

    private static readonly TimeSpan RenewAfter = KeptTime / 2;

    private static readonly Identity Unchecked = new(null, new Problem(503, "The key cannot be checked now") { RetryAfterSeconds = 1 });

    private readonly ConcurrentDictionary<TokenHash, Decision> _kept = [];

    // Decisions against a token, so that a client that goes on sending a revoked key does not reach the store each time.
    private readonly ConcurrentDictionary<TokenHash, Decision> _wrong = [];
    private readonly ConcurrentDictionary<TokenHash, Lazy<Task<Decision>>> _questions = [];

    /// <summary>How many decisions and questions are held.</summary>
    public int Count => _kept.Count + _wrong.Count + _questions.Count;

    public ValueTask<Identity> IdentifyAsync(AccessKeyToken token, CancellationToken cancellationToken)
    {
        if (!_kept.TryGetValue(token.Hash, out var decision) && !_wrong.TryGetValue(token.Hash, out decision))
        {
            return new(AskAsync(token, cancellationToken));
        }

        if (!Holds(decision, out var age))
        {
            return new(AskAsync(token, cancellationToken));
        }

        if (age >= RenewAfter && !_questions.ContainsKey(token.Hash))
        {
            _ = QuestionAsync(token);
        }

        return new(decision.Identity);
    }

    private async Task<Identity> AskAsync(AccessKeyToken token, CancellationToken cancellationToken)
    {
        if (_questions.Count >= MostQuestions && !_questions.ContainsKey(token.Hash))
        {
            return Unchecked;
        }

        var decision = await QuestionAsync(token).WaitAsync(cancellationToken);
        return Holds(decision, out _) ? decision.Identity : Unchecked;
    }

    /// <summary>Asks the silos, once for all requests that wait for the answer. If they do not answer, the decision is the last one.</summary>
    private Task<Decision> QuestionAsync(AccessKeyToken token) =>
        _questions.GetOrAdd(token.Hash, _ => new Lazy<Task<Decision>>(() => DecideAsync(token))).Value;

    private async Task<Decision> DecideAsync(AccessKeyToken token)
    {
        var asked = (At: clock.GetTimestamp(), Time: clock.GetUtcNow());
        try
        {
            var valid = await client.ValidateAsync(token);
            var until = valid?.Until is { } end ? end.ToDateTimeOffset() : DateTimeOffset.MaxValue;
            var decision = new Decision(valid is null ? Identity.UnknownKey : Identity.Of(Caller.Of(valid.Key)), asked.At, asked.Time, until);
            Keep(token.Hash, decision);
            return decision;
        }
        // Whatever failed, a token that was not checked must not pass, and its sender may try again.
        catch (Exception e)
        {
            Log.KeyNotChecked(logger, e.GetType().Name);
            return _kept.TryGetValue(token.Hash, out var last) ? last : new Decision(Unchecked, asked.At, asked.Time, DateTimeOffset.MaxValue);
        }
        finally
        {
            _questions.TryRemove(token.Hash, out _);
        }
    }

    private void Keep(TokenHash hash, Decision decision)
    {
        var (into, other, most) = decision.Identity.Caller is null ? (_wrong, _kept, MostWrong) : (_kept, _wrong, MostKept);
        if (into.Count >= most)
        {
            foreach (var (old, one) in into)
            {
                if (!Holds(one, out _))
                {
                    into.TryRemove(old, out _);
                }
            }

            if (into.Count >= most)
            {
                into.Clear();
            }
        }

        into[hash] = decision;
        other.TryRemove(hash, out _);
    }

    private bool Holds(Decision decision, out TimeSpan age)
    {
        var now = clock.GetUtcNow();
        age = clock.GetElapsedTime(decision.AskedAt);
        return age < KeptTime && now - decision.AskedTime < KeptTime && now < decision.Until;
    }

    /// <param name="Identity">Whose token it is, or why it is refused.</param>
    /// <param name="AskedAt">The timestamp from before the question was sent.</param>
    /// <param name="AskedTime">The same moment by the wall clock.</param>
    /// <param name="Until">When the token stops working, as far as was known then.</param>
    private sealed record Decision(Identity Identity, long AskedAt, DateTimeOffset AskedTime, DateTimeOffset Until);
}
