using System.Text.Json.Serialization;

namespace Soma.Remote;

/// <summary>A service that <c>soma login</c> stored.</summary>
/// <param name="Url">The service's address.</param>
/// <param name="Token">A token or access key of it; null: none.</param>
/// <param name="Namespace">The namespace of commands that name none; null: the service's default.</param>
/// <param name="Tenant">The tenant of commands that name none; null: that of the token.</param>
internal sealed record Profile(Uri Url, string? Token, string? Namespace = null, string? Tenant = null);

/// <summary>What the file of profiles holds.</summary>
/// <param name="Current">The name of the profile that is used where a command names none; null: none.</param>
/// <param name="Profiles">By name.</param>
internal sealed record ProfileList(string? Current, SortedDictionary<string, Profile> Profiles);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ProfileList))]
internal sealed partial class ProfileJson : JsonSerializerContext;

/// <summary>
/// The file of profiles: <c>soma/profiles.json</c> in <c>XDG_CONFIG_HOME</c>, else in the user's folder of settings. It holds tokens, so only
/// its owner may read it.
/// </summary>
/// <param name="path">Null: the user has no such folder, as in a container. There are no profiles then.</param>
internal sealed class ProfileFile(string? path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string? Path { get; } = path;

    public static ProfileFile Of(SettingsReader settings)
    {
        var folder = settings.Text("XDG_CONFIG_HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return new ProfileFile(folder.Length == 0 ? null : System.IO.Path.Combine(folder, "soma", "profiles.json"));
    }

    /// <exception cref="StartupException">The file is there and cannot be read.</exception>
    public ProfileList Read()
    {
        try
        {
            return File.Exists(Path) && JsonSerializer.Deserialize(File.ReadAllBytes(Path), ProfileJson.Default.ProfileList) is { Profiles: not null } list
                ? list
                : new ProfileList(null, []);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartupException(ExitCode.BadSetting, $"{Path} cannot be read: {StartupFailures.FirstLine(failure)}", failure);
        }
    }

    /// <summary>Replaces the file as a whole. A process that reads meanwhile sees the old or the new one.</summary>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public void Write(ProfileList list)
    {
        if (Path is null)
        {
            throw new StartupException(ExitCode.Failed, "there is no folder for profiles: set XDG_CONFIG_HOME.");
        }

        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path) ?? ".");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            // Under a name that nobody can guess: a file that somebody else has put there beforehand would keep its own mode.
            var unfinished = $"{Path}.{Guid.NewGuid():N}.tmp";
            using (var file = new FileStream(unfinished, options))
            {
                JsonSerializer.Serialize(file, list, ProfileJson.Default.ProfileList);
            }

            File.Move(unfinished, Path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(ExitCode.Failed, $"{Path} cannot be written: {StartupFailures.FirstLine(failure)}", failure);
        }
    }
}
