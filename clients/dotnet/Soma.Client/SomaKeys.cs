namespace Soma.Client;

/// <summary>Access keys: what each agent or service may do, and where. It needs the root token, or a key with the scope <c>admin</c>.</summary>
public sealed class SomaKeys
{
    private readonly Caller _caller;

    internal SomaKeys(Caller caller) => _caller = caller;

    /// <summary>
    /// The answer's <see cref="KeyView.Key"/> is the token, which nothing shows again. If the answer is lost, the key is there, without anyone who
    /// knows its token; the call is not sent again by itself.
    /// </summary>
    public Task<KeyView> MakeAsync(MakeKey key, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Post, "/keys") { Body = Json.Bytes(key, Json.Wire.MakeKey), IsWrite = true, IsOnce = true }, Json.Wire.KeyView, options,
            cancellationToken);

    /// <summary>All keys that the caller may see. <paramref name="limit"/> is the size of a page.</summary>
    public IAsyncEnumerable<KeyView> ListAsync(int? limit = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Pages.WalkAsync(
            (cursor, token) => _caller.JsonAsync(
                new Call(HttpMethod.Get, "/keys") { Query = new() { ["cursor"] = cursor, ["limit"] = limit } }, Json.Wire.KeyPage, options, token),
            page => (page.Keys, page.NextCursor), cancellationToken);

    /// <summary>Gives the key another token; the one before goes on working for the overlap, whole seconds.</summary>
    public Task<KeyView> RotateAsync(string id, TimeSpan overlap, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Json.Bytes(new RotateKey { OverlapSeconds = (int)overlap.TotalSeconds }, Json.Wire.RotateKey);
        var call = new Call(HttpMethod.Post, $"/keys/{Uri.EscapeDataString(id)}/rotate") { Body = body, IsWrite = true, IsOnce = true };
        return _caller.JsonAsync(call, Json.Wire.KeyView, options, cancellationToken);
    }

    /// <summary>Every gateway refuses the key within 5 seconds.</summary>
    public Task<KeyRevoked> RevokeAsync(string id, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(new Call(HttpMethod.Delete, $"/keys/{Uri.EscapeDataString(id)}") { IsWrite = true }, Json.Wire.KeyRevoked, options, cancellationToken);
}
