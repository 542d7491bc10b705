namespace Soma.Gateway.Tests.Service;

/// <summary>Reviewed bytes in the folder <c>Golden</c>. With <c>SOMA_UPDATE_GOLDEN=1</c> a test takes what it sees for them.</summary>
internal static class GoldenFile
{
    private const string Update = "SOMA_UPDATE_GOLDEN";

    public static void Check(string name, string actual)
    {
        var text = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path).TrimEnd(), text.TrimEnd());
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Soma.Gateway.Tests.csproj")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "Golden");
    }
}
