namespace Soma.Grains.Tests.Wire;

/// <summary>A file of lines that say what was once on the wire. Lines are added, never changed: older versions still run.</summary>
internal sealed class GoldenLines
{
    /// <summary>Set to 1 to add what is new. What no longer holds stays, and fails.</summary>
    private const string Update = "SOMA_UPDATE_GOLDEN";

    private readonly string _path;

    public GoldenLines(string name)
    {
        _path = Path.Combine(ProjectFolder(), "Golden", name);
        All = File.Exists(_path) ? File.ReadAllLines(_path) : [];
    }

    public IReadOnlyList<string> All { get; private set; }

    /// <summary>Fails with what is new and unrecorded; or records it, where that was asked for.</summary>
    public void Record(IEnumerable<string> current)
    {
        var additions = current.Except(All).ToList();
        if (additions.Count > 0 && Environment.GetEnvironmentVariable(Update) == "1")
        {
            All = [.. All.Concat(additions).Order(StringComparer.Ordinal)];
            File.WriteAllText(_path, string.Join('\n', All) + "\n");
            return;
        }

        Assert.True(
            additions.Count == 0,
            $"Additions to the wire. If they are meant, run the tests once with {Update}=1 and commit {Path.GetFileName(_path)}:\n{string.Join('\n', additions)}");
    }

    private static string ProjectFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Soma.Grains.Tests.csproj")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
