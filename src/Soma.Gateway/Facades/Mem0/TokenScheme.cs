namespace Soma.Gateway.Mem0;

/// <summary>Marks the routes to which mem0's clients bring their key as <c>Authorization: Token …</c>.</summary>
internal sealed class TokenScheme
{
    private const string Scheme = "Token ";

    public static TokenScheme Instance { get; } = new();

    /// <summary>Middleware before the access control: lets it see the key as it sees every other.</summary>
    public static Task TranslateAsync(HttpContext context, RequestDelegate next)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && context.GetEndpoint()?.Metadata.GetMetadata<TokenScheme>() is not null)
        {
            context.Request.Headers.Authorization = $"Bearer {header[Scheme.Length..]}";
        }

        return next(context);
    }
}
