namespace Soma.Gateway.Limits;

/// <summary>The window's decision about one request.</summary>
/// <param name="IsAllowed">Whether the request is let through.</param>
/// <param name="Remaining">How many more requests would be let through now.</param>
/// <param name="Reset">The time until the oldest counted request leaves the window and makes room for another
/// one.</param>
public readonly record struct RateLimitDecision(bool IsAllowed, int Remaining, TimeSpan Reset);
