namespace Soma.Gateway.Security;

/// <summary>Finds out who sends a request, by its <c>Authorization</c> header or, only without one, by <c>X-API-Key</c>.</summary>
internal sealed class Authenticator(RootToken root, AccessKeyCheck keys, JwtCallers? jwt = null)
{
    private const string Scheme = "Bearer ";

    public ValueTask<Identity> IdentifyAsync(IHeaderDictionary headers, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var token = headers.Authorization.Count > 0 ? BearerToken(headers.Authorization.ToString()) : headers["X-API-Key"].ToString();
        if (string.IsNullOrEmpty(token))
        {
            return ValueTask.FromResult(Identity.None);
        }

        return root.IsRoot(token) ? ValueTask.FromResult(Identity.Of(Caller.Root))
            : AccessKeyToken.TryRead(token, out var key) ? keys.IdentifyAsync(key, cancellationToken)
            : jwt is not null && JwtCallers.IsJwt(token) ? jwt.IdentifyAsync(token)
            : ValueTask.FromResult(Identity.Wrong);
    }

    private static string? BearerToken(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
}
