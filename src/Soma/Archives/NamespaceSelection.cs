using Soma.Grains.Interfaces;

namespace Soma.Archives;

/// <summary>Which namespaces a command is about; all, unless it says otherwise.</summary>
/// <param name="Tenant">Only this tenant's; null: every tenant's.</param>
/// <param name="Names">Only those with these names; empty: any name.</param>
public sealed record NamespaceSelection(string? Tenant, IReadOnlyCollection<string> Names)
{
    public static NamespaceSelection All { get; } = new(null, []);

    public bool Contains(NamespaceKey key) => (Tenant is null || Tenant == key.Tenant) && (Names.Count == 0 || Names.Contains(key.Name));
}
