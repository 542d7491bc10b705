namespace Soma.Grains.Storage.Archives;

/// <summary>How grain storage files the settings of namespaces.</summary>
internal static class NamespaceStates
{
    public const string StateName = NamespaceGrain.StateName;

    /// <summary>The type in the grain ids of namespaces, as SQLite's grain storage writes them.</summary>
    public const string GrainIdPrefix = "namespace/";
}
