namespace Soma.System.Tests.Chaos.Checking;

/// <summary>The receipt of a client's write in the store.</summary>
/// <param name="Key">The client's <c>Idempotency-Key</c>.</param>
internal sealed record StoredReceipt(string Key, int Status, string Body, long Seq);
