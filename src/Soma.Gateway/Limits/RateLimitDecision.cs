namespace Soma.Gateway.Limits;

/// <summary>What became of one request at its window.</summary>
/// <param name="IsAllowed">Whether it may go on.</param>
/// <param name="Remaining">How many more may follow at once.</param>
/// <param name="Reset">Until the oldest counted request leaves the window, which makes room for one more.</param>
public readonly record struct RateLimitDecision(bool IsAllowed, int Remaining, TimeSpan Reset);
