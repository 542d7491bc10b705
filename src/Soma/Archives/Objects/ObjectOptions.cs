namespace Soma.Archives.Objects;

/// <summary>What a command line says about backups in a store of objects. Backups in files have none of it.</summary>
public sealed record ObjectOptions
{
    public static ObjectOptions None { get; } = new();

    /// <summary>Files with keys: the first encrypts, all of them decrypt.</summary>
    public IReadOnlyList<string> KeyFiles { get; init; } = [];

    /// <summary>The backup that is read: its name, or a time; null: the newest.</summary>
    public string? At { get; init; }

    /// <summary>For how many days the store must refuse to delete what is written; null: not at all.</summary>
    public int? LockDays { get; init; }

    /// <summary>Backups that finished within so many days are kept.</summary>
    public int? KeepDays { get; init; }

    /// <summary>Whether a backup uses nothing of earlier ones.</summary>
    public bool EverythingAnew { get; init; }
}
