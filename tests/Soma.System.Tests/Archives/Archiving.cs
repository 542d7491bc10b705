using Soma.Archives;
using Soma.Archives.Backups;
using Soma.Archives.Exports;
using Soma.Archives.Objects;
using Soma.Grains.Interfaces;
using Soma.Hosting;
using Soma.Remote;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives;

/// <summary>Runs the archive commands in this process, on a given store.</summary>
/// <param name="environment">The variables that name the store.</param>
internal sealed class Archiving(IReadOnlyDictionary<string, string?> environment)
{
    private readonly SettingsReader _settings = new(environment.GetValueOrDefault);

    /// <summary>
    /// Starts a service on the same store that closes idle connections at once when it is told to stop.
    /// </summary>
    public static SomaProcess Serve(IReadOnlyDictionary<string, string?> environment) =>
        new(new Dictionary<string, string?>(environment) { ["SOMA_DRAIN_SECONDS"] = "0" });

    /// <summary>A running service as the target of an import, reached with a token.</summary>
    public static RemoteTarget Through(SomaProcess soma, string token) =>
        new(soma.Client.BaseAddress!, RemoteTarget.WithToken(_ => null, token), "that of the test", null, null);

    public static NamespaceKey Key(string name) => new("default", name);

    public Task<Ended> BackupAsync(string to, int? keep = null) =>
        RunAsync((output, errors) => BackupCommand.RunAsync(_settings, new BackupRequest(to, NamespaceSelection.All, keep), output, errors, default));

    public Task<Ended> RestoreAsync(string from, bool replace = false, string? only = null, string? other = null, ObjectOptions? objects = null) =>
        RunAsync((output, errors) =>
        {
            var request = new RestoreRequest(from, new NamespaceSelection(null, only is null ? [] : [only]), replace, other);
            return RestoreCommand.RunAsync(_settings, request with { Objects = objects ?? ObjectOptions.None }, output, errors, default);
        });

    public Task<Ended> ListAsync(string url) => RunAsync((output, errors) =>
        ObjectCommands.ListAsync(_settings, new BackupsRequest(url, null, ObjectOptions.None), output, errors, default));

    public Task<Ended> VerifyAsync(string? from = null, bool live = false) => RunAsync((output, errors) =>
        VerifyCommand.RunAsync(_settings, new VerifyRequest(from, live, NamespaceSelection.All), output, errors, default));

    public Task<Ended> ExportAsync(string name, string to) => RunAsync((output, errors) =>
        ExportCommand.RunAsync(_settings, new ExportRequest(Key(name), to), () => Stream.Null, output, errors, default));

    public Task<Ended> ImportAsync(ImportRequest request) => RunAsync((output, errors) =>
        ImportCommand.RunAsync(_settings, request, () => Stream.Null, output, errors, default));

    public Task<Ended> ImportAsync(string name, string from, bool replace = false) =>
        ImportAsync(new ImportRequest { Key = Key(name), From = from, Replace = replace });

    private static async Task<Ended> RunAsync(Func<TextWriter, TextWriter, Task<ExitCode>> run)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await run(output, errors);
        return new Ended(code, output.ToString(), errors.ToString());
    }
}
