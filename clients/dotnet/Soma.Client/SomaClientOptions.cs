namespace Soma.Client;

/// <summary>What a client is made with. What is left out comes from the environment, else from the default.</summary>
public sealed record SomaClientOptions
{
    /// <summary><c>SOMA_URL</c>; default <c>http://127.0.0.1:9595</c>.</summary>
    public Uri? Url { get; set; }

    /// <summary>An access key or token, <c>SOMA_API_KEY</c> or <c>SOMA_API_TOKEN</c>. Empty: none is sent.</summary>
    public string? Token { get; set; }

    /// <summary>Asked for the token before every attempt, e.g. for a JWT that expires; instead of <see cref="Token"/>.</summary>
    public Func<CancellationToken, ValueTask<string?>>? TokenSource { get; set; }

    /// <summary><c>SOMA_NAMESPACE</c>; default: the service's own default.</summary>
    public string? Namespace { get; set; }

    /// <summary>The tenant; default: that of the token, else the service's default.</summary>
    public string? Tenant { get; set; }

    /// <summary>How long a call may take, retries included. Default one minute.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a call is sent again after 429, 502, 503, 504 or a broken connection. Default 5.</summary>
    public int Retries { get; set; } = 5;

    /// <summary>Sent with every request.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>();

    /// <summary>
    /// The settings of a connection string: <c>Endpoint=http://host:9595;Token=…;Namespace=…;Tenant=…</c>, each optional, or the address alone.
    /// </summary>
    /// <exception cref="FormatException">A part of the text is none of these.</exception>
    public static SomaClientOptions FromConnectionString(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        if (!connectionString.Contains('=', StringComparison.Ordinal))
        {
            connectionString = $"Endpoint={connectionString}";
        }

        var options = new SomaClientOptions();
        foreach (var part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (name, value) = part.Split('=', 2) is [var key, var text] ? (key.Trim(), text.Trim()) : (part, "");
            switch (name.ToUpperInvariant())
            {
                case "ENDPOINT": options.Url = new Uri(value); break;
                case "TOKEN": options.Token = value; break;
                case "NAMESPACE": options.Namespace = value; break;
                case "TENANT": options.Tenant = value; break;
                default: throw new FormatException($"A connection string of Soma has Endpoint, Token, Namespace and Tenant, not '{name}'.");
            }
        }

        return options;
    }

    internal SomaClientOptions Resolved() => this with
    {
        Url = Url ?? new Uri(FromEnvironment("SOMA_URL") ?? "http://127.0.0.1:9595"),
        Token = Token ?? FromEnvironment("SOMA_API_KEY") ?? FromEnvironment("SOMA_API_TOKEN"),
        Namespace = Namespace ?? FromEnvironment("SOMA_NAMESPACE"),
    };

    private static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
