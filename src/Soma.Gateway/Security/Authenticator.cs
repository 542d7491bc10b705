using Microsoft.AspNetCore.Connections.Features;

namespace Soma.Gateway.Security;

/// <summary>Finds out who sends a request, by its <c>Authorization</c> header or, only without one, by <c>X-API-Key</c>.</summary>
/// <remarks>
/// While a client sends the same <c>Authorization</c> header on a connection, Kestrel gives the same string for it. So the access key of
/// the connection's last request is remembered with that string, and a client that keeps its connection has its key hashed once. Whether the
/// key is still valid is asked with each request.
/// </remarks>
internal sealed class Authenticator(SecretTokens root, AccessKeyCheck keys, JwtCallers? jwt = null)
{
    private const string Scheme = "Bearer ";

    private static readonly object _lastKey = new();

    public ValueTask<Identity> IdentifyAsync(HttpContext context)
    {
        context.RequestAborted.ThrowIfCancellationRequested();
        var headers = context.Request.Headers;
        var bearer = headers.Authorization.Count > 0 ? headers.Authorization.ToString() : null;
        var items = bearer is null ? null : ItemsOf(context);
        if (items is not null && items.TryGetValue(_lastKey, out var item) && item is SentKey last && ReferenceEquals(last.Header, bearer) && !root.Contains(last.Token))
        {
            return keys.IdentifyAsync(last.Key, context.RequestAborted);
        }

        var token = bearer is null ? headers["X-API-Key"].ToString() : BearerToken(bearer);
        if (string.IsNullOrEmpty(token))
        {
            return ValueTask.FromResult(Identity.None);
        }

        if (root.Contains(token))
        {
            return ValueTask.FromResult(Identity.Of(Caller.Root));
        }

        if (AccessKeyToken.TryRead(token, out var key))
        {
            items?[_lastKey] = new SentKey(bearer!, token, key);
            return keys.IdentifyAsync(key, context.RequestAborted);
        }

        return jwt is not null && JwtCallers.IsJwt(token) ? jwt.IdentifyAsync(token) : ValueTask.FromResult(Identity.Wrong);
    }

    // A connection of HTTP/2 has several requests at once, and the dictionary is for one thread.
    private static IDictionary<object, object?>? ItemsOf(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) ? context.Features.Get<IConnectionItemsFeature>()?.Items : null;

    private static string? BearerToken(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    // Not a record, because its text would have the token in it.
    private sealed class SentKey(string header, string token, AccessKeyToken key)
    {
        public string Header => header;

        public string Token => token;

        public AccessKeyToken Key => key;
    }
}
