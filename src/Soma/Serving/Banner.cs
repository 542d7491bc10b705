namespace Soma.Serving;

/// <summary>
/// The text printed after a start: the service's address, the place of the data, and two commands that work as printed.
/// </summary>
public static class Banner
{
    private const string Memory = """{"coord":"1,2","payload":{"text":"The kettle is in the blue cupboard"}}""";
    private const string Question = """{"query":"where do we keep the kettle?"}""";

    public static string Describe(ServeOptions options, string version)
    {
        ArgumentNullException.ThrowIfNull(options);
        var headers = $"-H \"Authorization: Bearer {options.Http.Token.InShell}\" -H 'Content-Type: application/json'";
        var place = options.Postgres is null ? options.DataFolder : "the database of SOMA_POSTGRES_URL";
        return $"""
            Soma {version} is listening on {options.Http.Url}
            Memories are kept in {place}

            Store a memory, then ask for it in other words:

            curl -sS {options.Http.Url}/memories {headers} -d '{Memory}'
            curl -sS {options.Http.Url}/memories/search {headers} -d '{Question}'

            Stop with Ctrl-C.
            """;
    }
}
