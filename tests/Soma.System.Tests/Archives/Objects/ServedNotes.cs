using Soma.Archives.Objects;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>A service on a folder of its own with a few namespaces, that is backed up while it serves.</summary>
internal sealed class ServedNotes : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SomaProcess _soma;

    public ServedNotes()
    {
        var environment = new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(_folder.Location, "data"), ["SOMA_EMBEDDINGS"] = "none" };
        _soma = Archives.Archiving.Serve(environment);
        Environment = environment;
        Archiving = new ObjectArchiving(environment);
    }

    public IReadOnlyDictionary<string, string?> Environment { get; }

    public ObjectArchiving Archiving { get; }

    public MemoryObjectStore Store => Archiving.Store;

    public HttpClient Client => _soma.Client;

    public string Place(string name) => Path.Combine(_folder.Location, name);

    public static async Task<ServedNotes> StartAsync(int namespaces = 2)
    {
        var notes = new ServedNotes();
        await notes._soma.StartAsync();
        for (var i = 0; i < namespaces; i++)
        {
            await notes.PutAsync($"n{i:D3}", "1,2", "the secret kettle");
        }

        return notes;
    }

    public Task PutAsync(string space, string coordinate, string text) => Observed.SendAsync(
        Client, HttpMethod.Post, "/memories", space, $$"""{"coord":"{{coordinate}}","payload":{"text":"{{text}}"} }""");

    /// <summary>The bytes of all segments that a backup needs, decompressed.</summary>
    public async Task<string> TextOfAsync(string? at = null)
    {
        using var backup = await Archiving.OpenAsync(at);
        var text = new global::System.Text.StringBuilder();
        foreach (var segment in backup.Namespaces.Cast<CatalogEntry>().SelectMany(entry => entry.Segments))
        {
            await using var zip = new global::System.IO.Compression.GZipStream(
                new MemoryStream(Store.Objects[segment.Name].Content), global::System.IO.Compression.CompressionMode.Decompress);
            using var plain = new MemoryStream();
            await zip.CopyToAsync(plain);
            text.Append(global::System.Text.Encoding.Latin1.GetString(plain.ToArray()));
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _soma.TerminateAsync();
        await _soma.DisposeAsync();
        _folder.Dispose();
    }
}
