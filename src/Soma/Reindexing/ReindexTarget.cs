namespace Soma.Reindexing;

/// <summary>A namespace of a running service.</summary>
public sealed record ReindexTarget(Uri Url, string Tenant, string Namespace);
