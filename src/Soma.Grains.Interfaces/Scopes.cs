namespace Soma.Grains.Interfaces;

/// <summary>What an access key or a token allows in the namespaces it is for. The root token has every scope.</summary>
[Flags]
[GenerateSerializer, Alias("soma.scopes")]
public enum Scopes
{
    None = 0,

    /// <summary>Get, list, search, links, changes and history.</summary>
    Read = 1,

    /// <summary>Store, change and link memories, and bring an older version back.</summary>
    Write = 2,

    /// <summary>Delete and purge memories, and remove links.</summary>
    Delete = 4,

    /// <summary>Namespaces and their settings, rewinds, forks, exports and imports, and access keys.</summary>
    Admin = 8,

    All = Read | Write | Delete | Admin,
}
