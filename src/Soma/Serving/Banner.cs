using Soma.Hosting;

namespace Soma.Serving;

/// <summary>What a newcomer sees: where the service is, where the memories lie, and two commands that work as printed.</summary>
public static class Banner
{
    private const string Memory = """{"coord":"1,2","payload":{"text":"The kettle is in the blue cupboard"}}""";
    private const string Question = """{"query":"where do we keep the kettle?"}""";

    public static string Describe(ServeOptions options, string version)
    {
        ArgumentNullException.ThrowIfNull(options);
        var headers = $"-H \"Authorization: Bearer {options.Token.InShell}\" -H 'Content-Type: application/json'";
        var place = options.PostgresUrl is null ? options.DataFolder : "the database of SOMA_POSTGRES_URL";
        return $"""
            Soma {version} is listening on {options.Url}
            Memories are kept in {place}

            Store a memory, then ask for it in other words:

            curl -sS {options.Url}/memories {headers} -d '{Memory}'
            curl -sS {options.Url}/memories/search {headers} -d '{Question}'

            Stop with Ctrl-C.
            """;
    }

    /// <summary>What its operator should know before others use it; null: nothing.</summary>
    public static string? Warn(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Token.IsDevelopment
            ? $"warning: everyone on this machine can use the token '{ApiToken.Development}'; set SOMA_API_TOKEN or SOMA_API_TOKEN_FILE for your own."
            : null;
    }
}
