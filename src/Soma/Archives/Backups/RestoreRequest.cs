namespace Soma.Archives.Backups;

/// <summary>What <c>soma restore</c> was asked for.</summary>
/// <param name="From">A backup's folder or tar file, or a folder of backups.</param>
/// <param name="Namespaces">Which of it.</param>
/// <param name="Replace">Whether namespaces that hold memories may be replaced.</param>
/// <param name="As">Another name for the one namespace that is selected; null: its own.</param>
public sealed record RestoreRequest(string From, NamespaceSelection Namespaces, bool Replace, string? As);
