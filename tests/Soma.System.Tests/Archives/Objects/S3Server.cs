using System.Diagnostics;
using Soma.Testing;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>s3rver, a server from npm that speaks the protocol of S3, on a port and a folder of its own. scripts/s3rver.sh installs it.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    private const string Bucket = "soma";

    private readonly Processes.TestFolder _folder = new();
    private readonly Process _process;
    private readonly int _port = FreePorts.Next();

    private S3Server()
    {
        var script = Path.Combine(Repository.Root, ".tools", "s3rver", "node_modules", "s3rver", "bin", "s3rver.js");
        Assert.True(File.Exists(script), $"{script} is missing: run scripts/s3rver.sh, which installs it from npm.");
        _process = Process.Start(new ProcessStartInfo("node", [script, "-d", _folder.Location, "-a", "127.0.0.1", "-p", $"{_port}", "-s", "--configure-bucket", Bucket]))!;
    }

    /// <summary>The folder in which the server keeps the bucket.</summary>
    public string Folder => Path.Combine(_folder.Location, Bucket);

    public string Url => $"s3://{Bucket}/backups/of soma";

    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["SOMA_S3_ENDPOINT"] = $"http://127.0.0.1:{_port}",
        ["SOMA_S3_ACCESS_KEY_ID"] = "S3RVER",
        ["SOMA_S3_SECRET_ACCESS_KEY"] = "S3RVER",
    };

    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server();
        using var client = new HttpClient();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{server._port}/"));
                return true;
            }
            catch (HttpRequestException) when (!server._process.HasExited)
            {
                return false;
            }
        });
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
