namespace Soma.Archives.Backups;

/// <summary>What <c>soma backup</c> was asked for.</summary>
/// <param name="To">A folder of its own, or a file that ends in <c>.tar</c>; with <paramref name="Keep"/> a folder of backups.</param>
/// <param name="Namespaces">Which.</param>
/// <param name="Keep">How many backups <paramref name="To"/> holds afterwards; null: it is one.</param>
public sealed record BackupRequest(string To, NamespaceSelection Namespaces, int? Keep);
