using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Soma.Archives.Objects;

/// <summary>How S3, or a server that speaks its protocol, is reached.</summary>
internal static class S3Settings
{
    private const string Scheme = "s3://";
    private const string Key = "SOMA_S3_ACCESS_KEY_ID";
    private const string Secret = "SOMA_S3_SECRET_ACCESS_KEY";
    private const string Token = "SOMA_S3_SESSION_TOKEN";

    public static bool IsUrl(string? place) => place?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Opens <c>s3://bucket/prefix</c>.</summary>
    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">The URL names no bucket, or a file with a key cannot be read.</exception>
    public static S3Store Open(SettingsReader settings, string url)
    {
        var parts = url[Scheme.Length..].Split('/', 2);
        var prefix = parts.Length > 1 ? parts[1].Trim('/') : "";
        if (parts[0].Length == 0)
        {
            throw new StartupException(ExitCode.Usage, $"{url} names no bucket: s3://bucket/prefix.");
        }

        var client = Credentials(settings) is { } credentials
            ? new AmazonS3Client(credentials, Configuration(settings))
            : new AmazonS3Client(Configuration(settings));
        return new S3Store(client, parts[0], prefix.Length == 0 ? "" : prefix + "/");
    }

    private static AmazonS3Config Configuration(SettingsReader settings)
    {
        var endpoint = settings.Text("SOMA_S3_ENDPOINT");
        var isOther = endpoint is not null;
        if (isOther && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            throw new InvalidSettingException("SOMA_S3_ENDPOINT", "must be an http or https URL.");
        }

        var region = settings.Text("SOMA_S3_REGION") ?? settings.Text("AWS_REGION") ?? settings.Text("AWS_DEFAULT_REGION");
        var configuration = new AmazonS3Config
        {
            // Servers other than AWS find a bucket by its path, and may not know the SDK's checksums, which travel behind the content.
            ForcePathStyle = settings.Flag("SOMA_S3_PATH_STYLE", isOther),
            RequestChecksumCalculation = settings.Flag("SOMA_S3_CHECKSUMS", !isOther)
                ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = settings.Flag("SOMA_S3_CHECKSUMS", !isOther)
                ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 6,
        };
        if (isOther)
        {
            configuration.ServiceURL = endpoint;
            configuration.AuthenticationRegion = region ?? "us-east-1";
        }
        else if (region is not null)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return configuration;
    }

    // Null: the SDK looks where it always looks, in AWS_ variables, profiles, and the roles of pods and machines.
    private static AWSCredentials? Credentials(SettingsReader settings) => (Read(settings, Key), Read(settings, Secret), Read(settings, Token)) switch
    {
        (null, null, _) => null,
        ({ } key, { } secret, { } token) => new SessionAWSCredentials(key, secret, token),
        ({ } key, { } secret, null) => new BasicAWSCredentials(key, secret),
        (null, _, _) => throw new InvalidSettingException(Key, $"must be set where {Secret} is."),
        _ => throw new InvalidSettingException(Secret, $"must be set where {Key} is."),
    };

    private static string? Read(SettingsReader settings, string variable)
    {
        if (settings.Text(variable + "_FILE") is not { } file)
        {
            return settings.Text(variable);
        }

        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text ? text
                : throw new StartupException(ExitCode.TokenFile, $"{variable}_FILE: {file} is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(ExitCode.TokenFile, $"{variable}_FILE: {file} cannot be read: {failure.Message}", failure);
        }
    }
}
