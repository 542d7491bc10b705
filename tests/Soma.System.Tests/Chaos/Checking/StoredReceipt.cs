namespace Soma.System.Tests.Chaos.Checking;

/// <summary>A client's receipt as the store keeps it.</summary>
/// <param name="Key">The client's <c>Idempotency-Key</c>.</param>
internal sealed record StoredReceipt(string Key, int Status, string Body, long Seq);
