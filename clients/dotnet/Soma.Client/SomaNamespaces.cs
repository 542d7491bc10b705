namespace Soma.Client;

/// <summary>What is done with whole namespaces. It needs the root token, or a key with the scope <c>admin</c>.</summary>
public sealed class SomaNamespaces
{
    private readonly Caller _caller;

    internal SomaNamespaces(Caller caller) => _caller = caller;

    /// <summary>Those whose names begin with <paramref name="prefix"/>. <paramref name="limit"/> is the size of a page.</summary>
    public IAsyncEnumerable<NamespaceListed> ListAsync(
        string? prefix = null, int? limit = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Pages.WalkAsync(
            (cursor, token) => _caller.JsonAsync(
                new Call(HttpMethod.Get, "/namespaces") { Query = new() { ["prefix"] = prefix, ["cursor"] = cursor, ["limit"] = limit } },
                Json.Wire.NamespacePage, options, token),
            page => (page.Namespaces, page.NextCursor), cancellationToken);

    /// <summary>The settings of the namespace.</summary>
    public Task<NamespaceView> SettingsAsync(string name, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(new Call(HttpMethod.Get, PathOf(name)), Json.Wire.NamespaceView, options, cancellationToken);

    /// <summary>Changes the settings that are named, and leaves the others as they are.</summary>
    public Task<NamespaceView> ConfigureAsync(
        string name, NamespaceChoices choices, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Put, PathOf(name)) { Body = Json.Bytes(choices, Json.Wire.NamespaceChoices), IsWrite = true }, Json.Wire.NamespaceView, options,
            cancellationToken);

    /// <summary>Deletes the namespace with all of its memories, links and history.</summary>
    public Task<NamespaceDeleted> DeleteAsync(string name, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Delete, PathOf(name)) { Query = new() { ["confirm"] = name }, IsWrite = true }, Json.Wire.NamespaceDeleted, options, cancellationToken);

    /// <summary>Embeds all memories anew, in the background.</summary>
    public Task<ReindexBegun> ReindexAsync(string name, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(new Call(HttpMethod.Post, $"{PathOf(name)}/reindex") { IsWrite = true }, Json.Wire.ReindexBegun, options, cancellationToken);

    /// <summary>
    /// The namespace as JSON Lines, consistent at one seq, as a stream to be disposed of. An export that was cut off has no last line with
    /// <c>"end":true</c>.
    /// </summary>
    public async Task<Stream> ExportAsync(string name, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = new Call(HttpMethod.Get, $"{PathOf(name)}/export") { Accept = "application/jsonl" };
        var response = await _caller.OpenAsync(call, options, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Takes what <see cref="ExportAsync"/> gave. A failed import is not sent again by itself, because the stream cannot be read twice.</summary>
    public Task<NamespaceImported> ImportAsync(
        string name, Stream lines, bool replace = false, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Post, $"{PathOf(name)}/import") { Query = replace ? new() { ["replace"] = "true" } : null, Lines = lines, IsWrite = true },
            Json.Wire.NamespaceImported, options, cancellationToken);

    /// <summary>An independent copy under another name.</summary>
    public Task<ForkedNamespace> ForkAsync(string name, ForkNamespace fork, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Post, $"{PathOf(name)}/fork") { Body = Json.Bytes(fork, Json.Wire.ForkNamespace), IsWrite = true },
            Json.Wire.ForkedNamespace, options, cancellationToken);

    /// <summary>Makes the present equal to a moment of the past. It is itself undone by another rewind.</summary>
    public Task<RewoundNamespace> RewindAsync(
        string name, RewindNamespace rewind, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Post, $"{PathOf(name)}/rewind") { Body = Json.Bytes(rewind, Json.Wire.RewindNamespace), IsWrite = true },
            Json.Wire.RewoundNamespace, options, cancellationToken);

    /// <summary>What differs between two moments, or between two namespaces.</summary>
    public IAsyncEnumerable<ChangedMemory> DiffAsync(
        string name, DiffNamespaceQuery query, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Pages.WalkAsync(
            (cursor, token) => _caller.JsonAsync(
                new Call(HttpMethod.Get, $"{PathOf(name)}/diff") { Query = Json.At(Json.Fields(query, Json.Wire.DiffNamespaceQuery), cursor) },
                Json.Wire.StateDifferences, options, token),
            page => (page.Changes, page.NextCursor), cancellationToken);

    private static string PathOf(string name) => $"/namespaces/{Uri.EscapeDataString(name)}";
}
