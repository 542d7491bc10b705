using System.Text.RegularExpressions;

namespace Soma.Grains.Storage;

/// <summary>Reads the embedded SQL files of a store, which are in the folder <c>{store}/Sql</c>.</summary>
internal static partial class EmbeddedSql
{
    private const string Root = "Soma.Grains.Storage";

    /// <summary>The files <c>{store}/Sql/*.sql</c>, or those in a folder below; not those in folders further down.</summary>
    public static IEnumerable<string> ReadFiles(string store, string? folder)
    {
        var prefix = folder is null ? $"{Root}.{store}.Sql." : $"{Root}.{store}.Sql.{folder}.";
        // A file in a folder below has another dot before its extension.
        return typeof(EmbeddedSql).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.LastIndexOf('.') == name.IndexOf('.', prefix.Length))
            .Select(ReadResource);
    }

    /// <summary>The files <c>{store}/Sql/Migrations/0001_*.sql</c>, in order.</summary>
    public static IReadOnlyList<Migration> ReadMigrations(string store)
    {
        var prefix = $"{Root}.{store}.Sql.Migrations.";
        var names = typeof(EmbeddedSql).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        return [.. names.Order(StringComparer.Ordinal).Select(name => ToMigration(name[prefix.Length..], ReadResource(name)))];
    }

    private static Migration ToMigration(string file, string sql)
    {
        var readableFrom = ReadableFrom().Match(sql);
        return readableFrom.Success
            ? new Migration(ParseNumber(file[..4]), ParseNumber(readableFrom.Groups[1].Value), sql)
            : throw new InvalidOperationException($"{file} does not start with '-- readable from: <version>'.");
    }

    private static int ParseNumber(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string ReadResource(string name)
    {
        using var stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\A-- readable from: (\d+)\r?\n")]
    private static partial Regex ReadableFrom();
}
