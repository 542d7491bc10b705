namespace Soma.Testing;

/// <summary>The checkout that the tests run in. Compiled into each test project.</summary>
internal static class Repository
{
    /// <summary>The folder of <c>Soma.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The text of a file of the repository.</summary>
    /// <param name="path">Relative to <see cref="Root"/>, e.g. <c>docs/api.md</c>.</param>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Soma.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run inside the repository.");
    }
}
