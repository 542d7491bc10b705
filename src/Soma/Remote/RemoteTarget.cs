using System.Net;
using Soma.Hosting.Tls;

namespace Soma.Remote;

/// <summary>What a command line says about the service that it means. Null: nothing.</summary>
internal sealed record TargetChoice(Uri? Url, string? Profile, string? Namespace, string? Tenant);

/// <summary>The service that a command talks to, and the namespace in it.</summary>
/// <param name="Url">The service's address.</param>
/// <param name="Settings">The settings of the process, with the token of this service in place of the variables'.</param>
/// <param name="TokenSource">Where the token comes from, in words.</param>
/// <param name="Namespace">Null: the service decides, by the caller's key or its default.</param>
/// <param name="Tenant">Null: the service decides.</param>
/// <remarks>
/// The address is that of <c>--url</c>, else of <c>--profile</c>, else of <c>SOMA_URL</c>, else of the current profile, else port 9595 of this machine.
/// Where a profile chose the address, its token is sent. Where <c>--url</c> or <c>SOMA_URL</c> did, the token of the variables is sent, and if there is none,
/// that of a profile with this very address. So a profile's token goes to the profile's address only.
/// </remarks>
internal sealed record RemoteTarget(Uri Url, SettingsReader Settings, string TokenSource, string? Namespace, string? Tenant)
{
    public const string UrlVariable = "SOMA_URL";
    private const string KeyVariable = "SOMA_API_KEY";
    private const string TokenVariable = "SOMA_API_TOKEN";
    private const string TokenFileVariable = "SOMA_API_TOKEN_FILE";

    // Variables that name a store. Where one is set, a command that works on a store or through a service works on the store.
    private static readonly string[] StoreVariables = ["SOMA_DATA_DIR", "SOMA_POSTGRES_URL", "SOMA_POSTGRES_URL_FILE", "POSTGRES_HOST"];

    /// <summary>The namespace's name where one must be given; <c>default</c> if nothing names another.</summary>
    public string NamespaceOrDefault => Namespace ?? "default";

    /// <summary>The namespace as commands name it that must name a tenant too.</summary>
    public NamespaceKey Key(string? name = null) => new(Tenant ?? "default", name ?? NamespaceOrDefault);

    /// <summary>Behind the reason of a refusal: whose the token was; empty for other answers.</summary>
    public string TokenOf(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $" (the token is {TokenSource})" : "";

    /// <exception cref="StartupException">The profile does not exist, or there is no token for a service beyond this machine.</exception>
    public static RemoteTarget Resolve(Func<string, string?> read, TargetChoice choice)
    {
        var settings = new SettingsReader(read);
        var list = ProfileFile.Of(settings).Read();
        var url = choice.Url ?? (choice.Profile is null ? ReadUrl(settings) : null);
        var name = choice.Profile ?? (url is null ? list.Current : null);
        var profile = name is null ? null
            : list.Profiles.GetValueOrDefault(name)
                ?? throw new StartupException(ExitCode.NotFound, $"there is no profile {name}; soma login <url> --profile {name} makes it.");
        url ??= profile?.Url ?? LocalUrl(settings);

        // Where only an address is given, and no variable holds a token, the one that was stored for this very address is used.
        if (profile is null ? !HasToken(settings) : !IsSameService(profile.Url, url))
        {
            (name, profile) = list.Profiles.FirstOrDefault(one => IsSameService(one.Value.Url, url)) is { Value: { } stored } found ? (found.Key, stored) : (null, null);
        }

        var (own, source) = profile is null ? OfVariables(read, settings, url) : (WithToken(read, profile.Token), $"that of the profile {name}");
        return new RemoteTarget(
            url,
            own,
            source,
            choice.Namespace ?? settings.Text("SOMA_NAMESPACE") ?? settings.Text("SOMA_MEMORY_NAMESPACE") ?? profile?.Namespace,
            choice.Tenant ?? profile?.Tenant);
    }

    /// <summary>Whether a command that works on a store or through a service is meant to go through a service.</summary>
    public static bool IsMeant(Func<string, string?> read, TargetChoice choice)
    {
        var settings = new SettingsReader(read);
        return choice.Url is not null || choice.Profile is not null
            || (!Array.Exists(StoreVariables, name => settings.Text(name) is not null)
                && (ReadUrl(settings) is not null || ProfileFile.Of(settings).Read().Current is not null));
    }

    /// <summary>Settings in which this is the token; null: there is none.</summary>
    public static SettingsReader WithToken(Func<string, string?> read, string? token) => new(variable => variable switch
    {
        TokenVariable => token,
        TokenFileVariable => null,
        _ => read(variable),
    });

    public static bool IsSameService(Uri left, Uri right) => left.AbsoluteUri.TrimEnd('/') == right.AbsoluteUri.TrimEnd('/');

    private static (SettingsReader Settings, string Source) OfVariables(Func<string, string?> read, SettingsReader settings, Uri url) =>
        settings.Text(KeyVariable) is { } key ? (WithToken(read, key), $"that of {KeyVariable}")
        : settings.Text(TokenFileVariable) is not null ? (settings, $"that of {TokenFileVariable}")
        : settings.Text(TokenVariable) is not null ? (settings, $"that of {TokenVariable}")
        : url.IsLoopback ? (settings, "the development token")
        : throw new StartupException(ExitCode.Failed, $"there is no token for {url}: soma login {url} stores one, or set {KeyVariable}.");

    private static bool HasToken(SettingsReader settings) =>
        settings.Text(KeyVariable) is not null || settings.Text(TokenVariable) is not null || settings.Text(TokenFileVariable) is not null;

    private static Uri? ReadUrl(SettingsReader settings) => settings.Text(UrlVariable) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new InvalidSettingException(UrlVariable, "must be an http or https URL.");

    /// <summary>Where the service is that an operator starts on this machine with the same files of certificates.</summary>
    private static Uri LocalUrl(SettingsReader settings) => new(HttpTls.IsOn(settings) ? "https://127.0.0.1:9595" : "http://127.0.0.1:9595");
}
