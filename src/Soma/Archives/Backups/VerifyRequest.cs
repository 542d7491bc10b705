namespace Soma.Archives.Backups;

/// <summary>What <c>soma verify</c> was asked for.</summary>
/// <param name="From">A backup to be read from end to end; null: none.</param>
/// <param name="IsLive">Whether what the store holds is examined.</param>
/// <param name="Namespaces">Which of the store.</param>
public sealed record VerifyRequest(string? From, bool IsLive, NamespaceSelection Namespaces);
